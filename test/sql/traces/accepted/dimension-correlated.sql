SELECT t AS d, (SELECT max(name) FROM users u WHERE u.user_id = e.user_id) AS name FROM events e
