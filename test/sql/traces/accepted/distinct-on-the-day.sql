SELECT DISTINCT ON (day, user_id) day AS d, user_id, n FROM events ORDER BY day, user_id, n, id
