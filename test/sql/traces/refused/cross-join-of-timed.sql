-- refused 2:40 nothing ties views to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d, v.page FROM events e, views v
