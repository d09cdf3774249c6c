-- refused 2:15 nothing ties events to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT d FROM events, (SELECT visit_day AS d FROM
visit_days)
