-- refused 2:16 the window of count() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d, count(*) OVER (PARTITION BY date_trunc('month', t AT TIME ZONE 'America/New_York')) AS n FROM events
