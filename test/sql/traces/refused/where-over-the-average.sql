-- refused 3:11 nothing ties the subquery to `d`, and all of events would be read for each interval
SELECT t AS d FROM events
WHERE n > (SELECT avg(n) FROM events)
