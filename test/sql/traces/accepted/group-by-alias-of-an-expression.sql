SELECT date_trunc('hour', t) AS d, max(n) AS m FROM events GROUP BY d ORDER BY d
