-- refused 4:6 nothing ties views to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT p.t AS d, v.page
FROM events p
JOIN views v
  ON v.user_id = p.user_id
 AND v.seen_at BETWEEN p.t - INTERVAL 7 DAY AND p.t
WHERE p.kind = 'purchase'
