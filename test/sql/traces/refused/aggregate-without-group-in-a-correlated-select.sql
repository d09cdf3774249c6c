-- refused 2:18 nothing ties the subquery to `d`, and all of views would be read for each interval
SELECT e.t AS d, (SELECT sum(v.n + e.n) FROM views v) AS s FROM events e
