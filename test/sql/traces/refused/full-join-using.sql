-- refused 2:8 `d` is made by both sides of a FULL JOIN, and not told by any one row -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, e.n, v.page
FROM events e FULL JOIN views v USING (day)
