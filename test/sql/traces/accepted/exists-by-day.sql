SELECT e.day AS d, e.id FROM events e WHERE EXISTS (SELECT 1 FROM views v WHERE v.day = e.day AND v.user_id = e.user_id)
