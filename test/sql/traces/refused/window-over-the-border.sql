-- refused 3:8 the window of avg() holds rows of more than one `d` -> put `d` into its PARTITION BY, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d,
       avg(n) OVER (PARTITION BY user_id ORDER BY t
         RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW) AS smooth
FROM events
