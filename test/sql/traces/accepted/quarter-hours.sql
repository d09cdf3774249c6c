SELECT time_bucket(INTERVAL 15 MINUTE, t) AS d, count(*) AS n, sum(n) AS s FROM events GROUP BY 1
