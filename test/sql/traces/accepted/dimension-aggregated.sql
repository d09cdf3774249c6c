SELECT e.t AS d, u.n FROM events e JOIN (SELECT user_id, count(*) AS n FROM users GROUP BY 1) u USING (user_id)
