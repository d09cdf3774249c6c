-- refused 2:18 row_number() depends on the order in which rows happen to come
SELECT day AS d, row_number() OVER (PARTITION BY day) AS r FROM events
