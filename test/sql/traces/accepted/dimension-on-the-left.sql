SELECT e.t AS d, u.name FROM users u RIGHT JOIN events e ON e.user_id = u.user_id
