-- refused 2:21 DISTINCT ON keeps one row for several `d` -> put `d` into it, make it `kind: merge` with its columns as key, or make it `kind: table`, which is rebuilt as a whole
SELECT DISTINCT ON (user_id) t AS d, user_id
FROM events
ORDER BY user_id, t DESC
