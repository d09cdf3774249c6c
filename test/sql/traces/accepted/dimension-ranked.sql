SELECT e.t AS d, u.name FROM events e JOIN (SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY name) AS r FROM users QUALIFY r = 1) u USING (user_id)
