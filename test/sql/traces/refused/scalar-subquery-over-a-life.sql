-- refused 3:8 nothing ties the subquery to `d`, and all of views would be read for each interval -> compare it in its WHERE with that of the outer query, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d,
       (SELECT count(*) FROM views v WHERE v.user_id = e.user_id) AS seen
FROM events e
