-- refused 2:54 `d` is told by views in two ways -> read it twice, once for each, or make it `kind: table`, which is rebuilt as a whole
WITH x AS (SELECT day, seen_at::DATE AS seen, n FROM views)
SELECT a.day AS d, b.n
FROM x a JOIN x b ON a.day = b.seen
