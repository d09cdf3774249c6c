-- refused 3:6 the window of row_number() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT *
FROM visits
