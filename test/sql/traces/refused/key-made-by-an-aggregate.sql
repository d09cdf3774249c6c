-- refused 3:8 `id` is made by max(), and not told by any one row
-- key: id
SELECT max(user_id) AS id, day FROM events GROUP BY day
