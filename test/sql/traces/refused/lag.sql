-- refused 2:20 the window of lag() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d, t - lag(t) OVER (PARTITION BY user_id ORDER BY t) AS pause FROM events
