-- What visitors did
SELECT
  event_type AS operation,
  count(*) AS operations,
  count(DISTINCT user_id) AS visitors,
  CAST(sum(price) FILTER (WHERE event_type = 'purchase') AS DECIMAL(38, 2)) AS revenue
FROM events
GROUP BY event_type
ORDER BY operations DESC, operation
