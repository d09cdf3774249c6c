-- refused 2:8 `d` is made by a name, and not told by any one row -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT a_1 AS d FROM (SELECT id AS a, day AS a, t AS a_1 FROM events)
