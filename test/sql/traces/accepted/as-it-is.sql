SELECT t AS d, user_id, n FROM events
