-- time: t
SELECT date_trunc('hour', t) AS t, count(*) AS n FROM events GROUP BY t
