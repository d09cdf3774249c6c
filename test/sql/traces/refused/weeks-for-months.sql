-- refused 3:18 the window of count() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
-- grain: month
SELECT day AS d, count(*) OVER (PARTITION BY date_trunc('week', day)) AS n FROM events
