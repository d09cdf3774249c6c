SELECT day AS d, user_id, n FROM events QUALIFY row_number() OVER (PARTITION BY day, user_id ORDER BY n DESC, id) = 1
