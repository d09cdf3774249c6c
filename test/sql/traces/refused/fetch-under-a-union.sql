-- refused 4:45 LIMIT keeps other rows when rows elsewhere change
SELECT t AS d FROM events
UNION ALL
(SELECT seen_at FROM views ORDER BY 1 LIMIT 1)
