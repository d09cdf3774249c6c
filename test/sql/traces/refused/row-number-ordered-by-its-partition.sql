-- refused 2:18 row_number() depends on the order in which rows happen to come -> give its OVER an ORDER BY that tells its rows apart, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, row_number() OVER (PARTITION BY day ORDER BY day) AS r FROM events
