-- lookback
SELECT e.t AS d, lag(o.n) OVER (PARTITION BY e.user_id ORDER BY e.t, order_id) AS before FROM events e JOIN orders o ON o.t = e.t
