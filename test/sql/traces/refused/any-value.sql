-- refused 3:3 any_value() depends on the order in which rows happen to come
SELECT day AS d,
  any_value(kind) AS k
FROM events GROUP BY ALL
