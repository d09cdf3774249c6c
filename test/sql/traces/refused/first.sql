-- refused 2:18 first() depends on the order in which rows happen to come
SELECT day AS d, first(kind) AS k FROM events GROUP BY day
