-- refused 5:6 views is tied to the interval of `d` alone, and a lookback needs its very time -> join it by `d` itself, leave out `lookback:`, or make it `kind: table`, which is rebuilt as a whole
-- lookback
SELECT e.t AS d, lag(v.page) OVER (PARTITION BY e.user_id ORDER BY e.t, view_id) AS before
FROM events e
JOIN views v ON (e.t AT TIME ZONE 'America/New_York')::DATE = v.day
