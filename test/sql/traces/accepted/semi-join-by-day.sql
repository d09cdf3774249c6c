SELECT e.day AS d, e.id FROM events e SEMI JOIN views v ON v.day = e.day AND v.user_id = e.user_id
