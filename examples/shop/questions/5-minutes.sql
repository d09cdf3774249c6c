-- The five minutes that brought most
SELECT
  strftime(minute AT TIME ZONE 'America/Hermosillo', '%Y-%m-%d %H:%M') AS minute,
  revenue,
  operations AS purchases,
  users AS buyers
FROM operations_by_minute
WHERE operation = 'purchase'
ORDER BY revenue DESC, minute
LIMIT 5
