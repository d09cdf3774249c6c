-- refused 3:13 current_date does not say the same each time -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d FROM events
WHERE day < current_date
