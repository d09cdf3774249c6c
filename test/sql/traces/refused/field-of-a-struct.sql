-- refused 2:8 `d` is made by the field t, and not told by any one row -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT x.s.t AS d FROM (SELECT {'t': t} AS s FROM events) AS x
