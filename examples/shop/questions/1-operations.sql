-- What visitors did
SELECT
  operation,
  count(*) AS operations,
  count(DISTINCT user_id) AS visitors,
  sum(revenue) AS revenue
FROM operations
GROUP BY operation
ORDER BY operations DESC, operation
