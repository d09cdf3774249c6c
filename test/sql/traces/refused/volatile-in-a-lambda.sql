-- refused 2:47 uuid() does not say the same each time -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d, list_transform(tags, x -> x || uuid()) AS y FROM events
