-- refused 3:51 LIMIT keeps other rows when rows elsewhere change -> rank rows within each `id` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
-- key: id
SELECT user_id AS id FROM events ORDER BY t LIMIT 1
