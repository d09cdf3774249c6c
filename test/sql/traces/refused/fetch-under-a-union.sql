-- refused 4:45 LIMIT keeps other rows when rows elsewhere change -> rank rows within each `d` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d FROM events
UNION ALL
(SELECT seen_at FROM views ORDER BY 1 LIMIT 1)
