-- key: id
SELECT user_id AS id, id AS event, row_number() OVER (PARTITION BY user_id ORDER BY t, id) AS visit FROM events
