SELECT user_id, day AS d FROM events UNION ALL BY NAME SELECT day AS d, page FROM views
