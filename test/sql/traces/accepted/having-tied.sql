SELECT e.day AS d, count(*) AS n FROM events e GROUP BY e.day HAVING count(*) >= (SELECT count(*) FROM views v WHERE v.day = e.day)
