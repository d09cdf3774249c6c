-- Day by day, in the shop’s own time zone
SELECT
  CAST(event_time AT TIME ZONE 'America/Hermosillo' AS DATE) AS day,
  count(*) AS operations,
  count(DISTINCT user_session) AS visits,
  count(*) FILTER (WHERE event_type = 'purchase') AS purchases,
  CAST(sum(price) FILTER (WHERE event_type = 'purchase') AS DECIMAL(38, 2)) AS revenue
FROM events
GROUP BY day
ORDER BY day
