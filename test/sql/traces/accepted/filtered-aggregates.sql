SELECT day AS d, count(*) FILTER (WHERE kind = 'purchase') AS p, sum(DISTINCT n) AS s, count(DISTINCT user_id) AS u FROM events GROUP BY day
