-- refused 3:20 nothing ties views to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d, v.page
FROM events e JOIN views v
  ON date_trunc('month', e.t AT TIME ZONE 'America/New_York') = date_trunc('month', v.seen_at AT TIME ZONE 'America/New_York')
