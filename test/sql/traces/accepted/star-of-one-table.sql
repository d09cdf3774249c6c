-- time: t
SELECT e.*, u.name FROM events e JOIN users u USING (user_id)
