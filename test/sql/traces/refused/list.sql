-- refused 2:18 list() depends on the order in which rows happen to come
SELECT day AS d, list(n) AS ns FROM events GROUP BY ALL
