-- refused 4:47 nothing ties the subquery to `d`, and all of views would be read for each interval -> compare it in its WHERE with that of the outer query, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
WITH c AS (SELECT * FROM views)
SELECT e.day AS d, x.i
FROM events e JOIN c ON c.day = e.day, unnest((SELECT list(n ORDER BY n) FROM c)) AS x(i)
