-- refused 4:26 a key that only some GROUPING SETS have can make NULL of `d` -> have `d` once, in all of them, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d, count(*) OVER (PARTITION BY (t AT TIME ZONE 'America/New_York')::DATE) AS n
FROM events
GROUP BY GROUPING SETS ((t, (t AT TIME ZONE 'America/New_York')::DATE), (t))
