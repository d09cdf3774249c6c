-- refused 2:23 PIVOT is not followed -> write it as a SELECT, or make it `kind: table`, which is rebuilt as a whole
SELECT * FROM (SELECT day AS d, id, n FROM events) UNPIVOT (v FOR name IN (id, n))
