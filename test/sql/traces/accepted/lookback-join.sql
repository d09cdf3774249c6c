-- lookback
SELECT e.t AS d, v.page FROM events e JOIN views v ON v.user_id = e.user_id AND v.seen_at BETWEEN e.t - INTERVAL 1 DAY AND e.t
