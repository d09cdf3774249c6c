SELECT e.day AS d, e.id, s.total FROM events e JOIN (SELECT day, sum(n) AS total FROM events GROUP BY day) s ON s.day = e.day
