-- key: id
SELECT user_id AS id, id AS event FROM events e WHERE EXISTS (SELECT 1 FROM views v WHERE v.user_id = e.user_id)
