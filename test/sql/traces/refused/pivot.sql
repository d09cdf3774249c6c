-- refused 2:23 PIVOT is not followed -> write it as a SELECT, or make it `kind: table`, which is rebuilt as a whole
SELECT * FROM (SELECT day AS d, kind, n FROM events) PIVOT (sum(n) FOR kind IN ('purchase', 'view'))
