SELECT day AS d, count(*) AS n FROM events GROUP BY (day, user_id)
