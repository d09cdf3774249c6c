SELECT e.t AS d, o.order_id, v.page FROM events e JOIN orders o ON o.user_id = e.user_id LEFT JOIN views v ON v.seen_at = e.t AND v.seen_at = o.t
