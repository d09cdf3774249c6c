-- refused 5:7 LIMIT keeps other rows when rows elsewhere change -> rank rows within each `d` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d
FROM events
ORDER BY n
LIMIT 10
