SELECT day AS d, user_id FROM events INTERSECT SELECT day, user_id FROM views
