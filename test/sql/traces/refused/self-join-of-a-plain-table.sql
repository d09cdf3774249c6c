-- refused 4:6 nothing ties orders to `d`, and all of it would be read for each interval -> join it by the same expression on both sides, declare `lookback:`, or make it `kind: table`, which is rebuilt as a whole
SELECT a.t AS d, b.n
FROM orders a
JOIN orders b ON a.user_id = b.user_id
