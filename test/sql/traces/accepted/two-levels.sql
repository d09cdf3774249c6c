SELECT d::DATE AS d, sum(n) AS n FROM (SELECT date_trunc('day', day) AS d, user_id, count(*) AS n FROM events GROUP BY ALL) GROUP BY 1
