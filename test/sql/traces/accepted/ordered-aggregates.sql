SELECT day AS d, list(n ORDER BY n) AS ns, string_agg(kind, ',' ORDER BY kind) AS ks, first(id ORDER BY n, id) AS f, arg_max(id, id) AS a FROM events GROUP BY day
