SELECT day AS d, rank() OVER (PARTITION BY d ORDER BY n) AS r FROM events
