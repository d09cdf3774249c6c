-- refused 2:32 `d` is made by min(), and not told by any one row -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT max(t) AS t, day AS d2, min(day) AS d
FROM events
GROUP BY d2, kind
