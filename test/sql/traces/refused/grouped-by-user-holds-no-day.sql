-- refused 2:35 `d` is made by max(), and not told by any one row
SELECT d, n FROM (SELECT user_id, max(day) AS d, count(*) AS n FROM events GROUP BY user_id)
