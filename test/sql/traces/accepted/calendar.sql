WITH RECURSIVE hours AS (SELECT 0 AS h UNION ALL SELECT h + 1 FROM hours WHERE h < 3)
SELECT e.day AS d, h, count(*) AS n FROM events e, hours GROUP BY ALL
