-- refused 5:19 nothing ties the subquery to `d`, and all of views would be read for each interval
SELECT day AS d, count(*) AS n
FROM events
GROUP BY day
HAVING count(*) > (SELECT count(*) / 10 FROM views)
