-- refused 3:8 the window of row_number() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d, user_id,
       row_number() OVER (PARTITION BY user_id ORDER BY t) AS visit
FROM events
