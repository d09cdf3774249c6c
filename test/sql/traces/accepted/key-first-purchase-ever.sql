-- key: id
SELECT user_id AS id, min(t) AS first FROM events WHERE kind = 'purchase' GROUP BY user_id
