-- refused 2:45 OFFSET keeps other rows when rows elsewhere change
SELECT t AS d FROM events ORDER BY t OFFSET 2
