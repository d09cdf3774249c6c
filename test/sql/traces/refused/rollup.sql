-- refused 2:67 a group of its GROUPING SETS holds rows of more than one `d`
SELECT day AS d, kind, count(*) AS n FROM events GROUP BY ROLLUP (day, kind)
