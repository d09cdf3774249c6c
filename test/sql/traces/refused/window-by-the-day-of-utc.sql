-- refused 2:16 the window of count() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d, count(*) OVER (PARTITION BY CAST(t AS DATE)) AS n FROM events
