-- refused 2:18 nothing ties the subquery to `d`, and all of views would be read for each interval -> compare it in its WHERE with that of the outer query, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d, (SELECT sum(v.n + e.n) FROM views v) AS s FROM events e
