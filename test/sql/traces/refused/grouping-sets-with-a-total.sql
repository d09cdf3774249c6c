-- refused 4:26 a group of its GROUPING SETS holds rows of more than one `d`
SELECT day AS d, kind, count(*) AS n
FROM events
GROUP BY GROUPING SETS ((day, kind), ())
