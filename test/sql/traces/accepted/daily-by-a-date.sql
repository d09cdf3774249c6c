SELECT day AS d, kind, count(*) AS n FROM events GROUP BY day, kind HAVING count(*) > 1
