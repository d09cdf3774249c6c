SELECT date_trunc('hour', t) AS d, count(*) AS n, sum(n) AS s FROM events GROUP BY 1
