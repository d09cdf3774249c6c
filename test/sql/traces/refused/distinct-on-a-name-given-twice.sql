-- refused 2:21 DISTINCT ON keeps one row for several `d` -> put `d` into it, make it `kind: merge` with its columns as key, or make it `kind: table`, which is rebuilt as a whole
SELECT DISTINCT ON (k) day AS k, user_id AS k, day AS d
FROM events ORDER BY id
