-- refused 2:36 a recursive CTE can go from any row to any other -> read the input outside of it, or make it `kind: table`, which is rebuilt as a whole
WITH RECURSIVE c AS (SELECT * FROM events), r AS (SELECT 0 AS i, count(*) AS k FROM c UNION ALL SELECT i + 1, k FROM r WHERE i < 1)
SELECT c.t AS d, r.k FROM c, r
