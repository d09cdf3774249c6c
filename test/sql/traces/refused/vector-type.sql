-- refused 2:16 vector_type() does not say the same each time -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d, vector_type(n) AS how FROM events
