-- refused 3:8 the window of sum() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d,
       sum(n) OVER (ORDER BY t) AS total
FROM events
