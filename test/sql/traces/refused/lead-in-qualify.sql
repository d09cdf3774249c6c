-- refused 3:9 the window of lead() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d FROM events
QUALIFY lead(t) OVER (PARTITION BY user_id ORDER BY t) IS NULL
