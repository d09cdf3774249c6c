-- refused 3:56 OFFSET keeps other rows when rows elsewhere change -> rank rows within each `d` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
WITH c AS (SELECT * FROM events)
SELECT d FROM (SELECT t AS d FROM c ORDER BY id OFFSET 2)
