-- refused 3:51 LIMIT keeps other rows when rows elsewhere change
-- key: id
SELECT user_id AS id FROM events ORDER BY t LIMIT 1
