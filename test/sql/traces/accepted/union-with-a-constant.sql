SELECT day AS d, 'event' AS what FROM events UNION ALL SELECT DATE '2026-03-07', 'start'
