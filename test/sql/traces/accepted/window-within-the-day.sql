SELECT day AS d, id, row_number() OVER (PARTITION BY day, user_id ORDER BY n, id) AS r, sum(n) OVER w AS s FROM events WINDOW w AS (PARTITION BY day)
