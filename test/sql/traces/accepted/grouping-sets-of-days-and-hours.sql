SELECT (t AT TIME ZONE 'America/New_York')::DATE AS d, date_trunc('hour', t) AS h, count(*) AS n FROM events GROUP BY GROUPING SETS ((1, 2), (1))
