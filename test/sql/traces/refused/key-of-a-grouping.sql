-- refused 3:23 `id`, `g` is made by an operator, and not told by any one row -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
-- key: id, g
SELECT user_id AS id, GROUPING(kind) AS g, count(*) AS n
FROM events GROUP BY GROUPING SETS ((user_id, kind), (user_id))
