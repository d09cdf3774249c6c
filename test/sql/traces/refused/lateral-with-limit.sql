-- refused 4:29 nothing ties views to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d, x.page
FROM events e,
  LATERAL (SELECT page FROM views v WHERE v.day = e.day ORDER BY view_id LIMIT 1) x
