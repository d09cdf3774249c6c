-- refused 3:39 LIMIT keeps other rows when rows elsewhere change -> rank rows within each `d` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
SELECT d
FROM (SELECT t AS d FROM events LIMIT 5)
