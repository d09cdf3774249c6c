SELECT DISTINCT ON (d, user_id) day AS d, user_id, n FROM events ORDER BY d, user_id, n, id
