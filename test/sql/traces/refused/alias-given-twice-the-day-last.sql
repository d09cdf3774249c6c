-- refused 3:3 the window of rank() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT user_id AS k, day AS k, day AS d,
  rank() OVER (PARTITION BY k ORDER BY id) AS r
FROM events
