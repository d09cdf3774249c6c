-- The ten brands that sell most
SELECT
  brand,
  count(*) AS purchases,
  CAST(sum(price) AS DECIMAL(38, 2)) AS revenue
FROM events
WHERE event_type = 'purchase' AND brand IS NOT NULL AND brand <> ''
GROUP BY brand
ORDER BY revenue DESC, brand
LIMIT 10
