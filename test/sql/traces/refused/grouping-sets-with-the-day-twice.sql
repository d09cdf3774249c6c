-- refused 4:26 a key that only some GROUPING SETS have can make NULL of `d` -> have `d` once, in all of them, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, day AS e, count(*) AS n
FROM events
GROUP BY GROUPING SETS ((day, 2), (day))
