-- refused 2:67 a group of its GROUPING SETS holds rows of more than one `d` -> group by `d` too, make it `kind: merge` with the columns it groups by as key, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, kind, count(*) AS n FROM events GROUP BY ROLLUP (day, kind)
