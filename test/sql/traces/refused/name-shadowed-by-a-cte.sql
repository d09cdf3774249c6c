-- refused 4:20 nothing ties views to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
WITH users AS (SELECT user_id, seen_at AS born FROM views)
SELECT e.t AS d, u.born
FROM events e JOIN users u USING (user_id)
