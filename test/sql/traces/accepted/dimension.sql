SELECT e.t AS d, u.name FROM events e JOIN users u ON e.user_id = u.user_id
