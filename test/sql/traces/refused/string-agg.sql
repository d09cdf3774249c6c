-- refused 2:18 string_agg() depends on the order in which rows happen to come
SELECT day AS d, string_agg(kind, ',') AS ks FROM events GROUP BY ALL
