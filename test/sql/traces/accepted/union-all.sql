SELECT t AS d, n FROM events UNION ALL SELECT seen_at, n FROM views
