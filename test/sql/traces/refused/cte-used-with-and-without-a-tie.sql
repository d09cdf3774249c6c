-- refused 4:44 nothing ties views to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
WITH v AS (SELECT * FROM views)
SELECT e.day AS d, w.page
FROM events e JOIN v ON v.day = e.day JOIN v AS w ON w.user_id = e.user_id
