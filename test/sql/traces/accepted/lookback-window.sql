-- lookback
SELECT t AS d, lag(n) OVER (PARTITION BY user_id ORDER BY t, id) AS before FROM events
