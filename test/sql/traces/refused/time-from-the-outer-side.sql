-- refused 3:6 `d` comes from the side of the outer join that may be missing
SELECT e.t AS d, u.name
FROM users u
LEFT JOIN events e USING (user_id)
