-- refused 4:11 nothing ties the subquery to `d`, and all of events would be read for each interval -> compare it in its WHERE with that of the outer query, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d
FROM events e
WHERE NOT EXISTS (
  SELECT 1 FROM events f
  WHERE f.user_id = e.user_id AND f.t < e.t)
