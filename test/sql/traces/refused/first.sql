-- refused 2:18 first() depends on the order in which rows happen to come -> give it an order of its own, `first(… ORDER BY …)`, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, first(kind) AS k FROM events GROUP BY day
