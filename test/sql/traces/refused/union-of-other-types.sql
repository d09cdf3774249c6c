-- refused 2:8 `d` has another type in each branch, or one that cannot be told
SELECT t AS d FROM events UNION ALL SELECT day FROM views
