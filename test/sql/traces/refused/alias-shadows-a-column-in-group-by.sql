-- refused 2:32 `d` is made by min(), and not told by any one row
SELECT max(t) AS t, day AS d2, min(day) AS d
FROM events
GROUP BY d2, kind
