-- refused 3:3 the window of row_number() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS day, t AS d,
  row_number() OVER (PARTITION BY day ORDER BY id) AS r
FROM events
