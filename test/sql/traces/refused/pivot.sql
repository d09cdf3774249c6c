-- refused 2:23 PIVOT is not followed
SELECT * FROM (SELECT day AS d, kind, n FROM events) PIVOT (sum(n) FOR kind IN ('purchase', 'view'))
