-- refused 2:33 LIMIT keeps other rows when rows elsewhere change
SELECT t AS d FROM events LIMIT 10%
