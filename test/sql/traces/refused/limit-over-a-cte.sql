-- refused 3:47 LIMIT keeps other rows when rows elsewhere change -> rank rows within each `d` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
WITH c AS (SELECT * FROM events)
SELECT t AS d, id FROM c ORDER BY n, id LIMIT 3
