SELECT day AS d, kind, user_id, count(*) AS n FROM events GROUP BY GROUPING SETS ((day, kind), (day, user_id), (day))
