-- refused 2:8 `d` is made by max(), and not told by any one row
SELECT max(t) AS d, count(*) AS n FROM events
