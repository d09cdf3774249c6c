-- refused 2:55 LIMIT keeps other rows when rows elsewhere change -> rank rows within each `d` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
WITH events AS (SELECT * FROM events ORDER BY t LIMIT 3)
SELECT t AS d FROM events
