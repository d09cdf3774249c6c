-- refused 5:7 LIMIT keeps other rows when rows elsewhere change
SELECT t AS d
FROM events
ORDER BY n
LIMIT 10
