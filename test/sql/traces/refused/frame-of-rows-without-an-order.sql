-- refused 2:18 sum() depends on the order in which rows happen to come -> give its OVER an ORDER BY that tells its rows apart, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, sum(n) OVER (PARTITION BY day ROWS UNBOUNDED PRECEDING) AS s FROM events
