-- refused 2:17 `d` is made by max(), and not told by any one row
SELECT user_id, max(day) AS d, count(*) AS n FROM events GROUP BY 1
