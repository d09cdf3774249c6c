SELECT e.t AS d, u.name, user_id FROM events e LEFT JOIN users u USING (user_id)
