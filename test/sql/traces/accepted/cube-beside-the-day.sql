SELECT day AS d, kind, user_id, count(*) AS n FROM events GROUP BY day, CUBE (kind, user_id)
