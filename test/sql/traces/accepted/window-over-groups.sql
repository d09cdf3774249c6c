SELECT day AS d, user_id, sum(n) AS s, rank() OVER (PARTITION BY day ORDER BY sum(n)) AS place FROM events GROUP BY day, user_id
