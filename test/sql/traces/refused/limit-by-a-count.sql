-- refused 3:73 views is read at a place that is not followed -> read it in FROM, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d, x.i
FROM events e, (SELECT * FROM range(5) r(i) LIMIT (SELECT count(*) FROM views)) x
