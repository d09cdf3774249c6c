-- refused 2:18 list() depends on the order in which rows happen to come -> give it an order of its own, `list(… ORDER BY …)`, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, list(n ORDER BY 1) AS ns FROM events GROUP BY ALL
