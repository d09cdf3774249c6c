-- refused 2:18 reservoir_quantile() does not say the same each time -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, reservoir_quantile(n, 0.5) OVER (PARTITION BY day) AS q FROM events
