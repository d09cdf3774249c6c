-- refused 2:23 PIVOT is not followed
SELECT * FROM (SELECT day AS d, id, n FROM events) UNPIVOT (v FOR name IN (id, n))
