SELECT e.day AS d, e.id FROM events e WHERE NOT EXISTS (SELECT 1 FROM views v WHERE v.user_id = e.user_id AND e.day = v.day)
