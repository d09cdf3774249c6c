-- refused 3:20 nothing ties views to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT e.day AS d, v.page
FROM events e JOIN views v
  ON e.day = v.day OR e.user_id = v.user_id
