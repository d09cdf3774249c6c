-- refused 2:18 string_agg() depends on the order in which rows happen to come -> give it an order of its own, `string_agg(… ORDER BY …)`, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, string_agg(kind, ',') AS ks FROM events GROUP BY ALL
