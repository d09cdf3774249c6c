SELECT day AS d, user_id FROM events UNION SELECT day, user_id FROM views
