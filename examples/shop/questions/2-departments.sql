-- Departments by revenue
SELECT
  coalesce(nullif(split_part(category_code, '.', 1), ''), 'unknown') AS department,
  CAST(sum(price) FILTER (WHERE event_type = 'purchase') AS DECIMAL(38, 2)) AS revenue,
  count(*) FILTER (WHERE event_type = 'purchase') AS purchases,
  count(*) FILTER (WHERE event_type = 'cart') AS carts,
  count(*) FILTER (WHERE event_type = 'view') AS views
FROM events
GROUP BY department
ORDER BY revenue DESC NULLS LAST, department
