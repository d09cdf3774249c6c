-- refused 2:55 LIMIT keeps other rows when rows elsewhere change
WITH events AS (SELECT * FROM events ORDER BY t LIMIT 3)
SELECT t AS d FROM events
