-- refused 3:7 nothing ties the subquery to `d`, and all of views would be read for each interval -> compare it in its WHERE with that of the outer query, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d FROM events
WHERE user_id IN (SELECT user_id FROM views)
