-- refused 3:11 nothing ties the subquery to `d`, and all of events would be read for each interval -> compare it in its WHERE with that of the outer query, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d FROM events
WHERE n > (SELECT avg(n) FROM events)
