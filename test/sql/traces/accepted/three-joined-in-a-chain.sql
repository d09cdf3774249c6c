SELECT e.t AS d, v.page, o.n FROM events e JOIN orders o ON o.t = e.t LEFT JOIN views v ON v.seen_at = o.t AND v.user_id = e.user_id
