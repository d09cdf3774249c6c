-- key: k
SELECT coalesce(e.user_id, v.user_id) AS k, v.n FROM events e JOIN views v ON v.user_id = e.user_id
