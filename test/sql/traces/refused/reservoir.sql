-- refused 2:18 reservoir_quantile() does not say the same each time
SELECT day AS d, reservoir_quantile(n, 0.5) AS q FROM events GROUP BY ALL
