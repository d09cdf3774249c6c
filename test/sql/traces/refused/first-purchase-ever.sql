-- refused 3:8 `d` is made by min(), and not told by any one row
SELECT user_id,
       min(t) AS d
FROM events
WHERE kind = 'purchase'
GROUP BY user_id
