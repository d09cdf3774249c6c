-- refused 2:21 DISTINCT ON keeps one row for several `d`
SELECT DISTINCT ON (user_id) t AS d, user_id
FROM events
ORDER BY user_id, t DESC
