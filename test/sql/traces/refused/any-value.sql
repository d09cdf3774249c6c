-- refused 3:3 any_value() depends on the order in which rows happen to come -> give it an order of its own, `any_value(… ORDER BY …)`, or use min() or max(), or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d,
  any_value(kind) AS k
FROM events GROUP BY ALL
