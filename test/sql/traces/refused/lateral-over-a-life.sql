-- refused 3:51 nothing ties views to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d, x.n
FROM events e, LATERAL (SELECT count(*) AS n FROM views v WHERE v.user_id = e.user_id) x
