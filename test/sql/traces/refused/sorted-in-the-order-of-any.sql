-- refused 2:37 any_value() depends on the order in which rows happen to come -> give it an order of its own, `any_value(… ORDER BY …)`, or use min() or max(), or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, list_sort(list(n), any_value(kind)) AS ns FROM events GROUP BY ALL
