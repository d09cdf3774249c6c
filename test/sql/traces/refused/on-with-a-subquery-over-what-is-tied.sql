-- refused 4:48 nothing ties the subquery to `d`, and all of views would be read for each interval -> compare it in its WHERE with that of the outer query, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
WITH c AS (SELECT * FROM views)
SELECT e.day AS d, v.page
FROM events e JOIN c AS v ON v.day = e.day AND v.n IN (SELECT n + 1 FROM c)
