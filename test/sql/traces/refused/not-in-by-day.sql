-- refused 3:7 nothing ties the subquery to `d`, and all of views would be read for each interval
SELECT day AS d FROM events
WHERE day NOT IN (SELECT day FROM views)
