-- refused 2:21 DISTINCT ON keeps one row for several `d`
SELECT DISTINCT ON (t) user_id AS t, e.t AS d
FROM events e ORDER BY id
