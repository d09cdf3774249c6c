-- refused 2:35 nothing ties the subquery to `d`, and all of views would be read for each interval -> compare it in its WHERE with that of the outer query, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d FROM events WHERE day >= ANY (SELECT day FROM views)
