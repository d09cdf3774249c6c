-- refused 2:8 `d` has another type in each branch, or one that cannot be told -> cast it to the same type in each branch
SELECT t AS d FROM events UNION ALL SELECT day FROM views
