-- refused 3:8 `id` is made by a subquery, and not told by any one row -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
-- key: id
SELECT user_id + (SELECT max(user_id) FROM users) AS id, n FROM events
