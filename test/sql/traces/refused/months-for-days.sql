-- refused 2:51 the window of count() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT date_trunc('month', e.day) AS m, e.t AS d, count(*) OVER (PARTITION BY m) AS n FROM events e
