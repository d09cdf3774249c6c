SELECT day AS d, user_id FROM events EXCEPT SELECT day, user_id FROM views
