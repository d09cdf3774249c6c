-- refused 3:39 LIMIT keeps other rows when rows elsewhere change
SELECT d
FROM (SELECT t AS d FROM events LIMIT 5)
