SELECT DISTINCT day AS d, user_id FROM events
