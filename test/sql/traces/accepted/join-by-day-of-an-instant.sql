SELECT e.t AS d, v.page FROM events e JOIN views v ON CAST(e.t AT TIME ZONE 'America/New_York' AS DATE) = CAST(v.seen_at AT TIME ZONE 'America/New_York' AS DATE) AND v.user_id = e.user_id
