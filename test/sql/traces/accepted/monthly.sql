-- grain: month
SELECT date_trunc('month', day)::DATE AS d, count(*) AS n FROM events GROUP BY 1
