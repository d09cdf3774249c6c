-- refused 4:26 a key that only some GROUPING SETS have can make NULL of `d` -> have `d` once, in all of them, or make it `kind: table`, which is rebuilt as a whole
SELECT date_trunc('day', t) AS d, count(*) AS n
FROM events
GROUP BY GROUPING SETS ((t, date_trunc('day', t)), (t))
