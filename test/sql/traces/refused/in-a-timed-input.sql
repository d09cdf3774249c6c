-- refused 3:7 nothing ties the subquery to `d`, and all of views would be read for each interval
SELECT t AS d FROM events
WHERE user_id IN (SELECT user_id FROM views)
