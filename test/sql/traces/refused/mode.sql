-- refused 2:18 mode() depends on the order in which rows happen to come -> give it an order of its own, `mode(… ORDER BY …)`, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, mode(n) AS m FROM events GROUP BY ALL
