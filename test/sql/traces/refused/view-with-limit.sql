-- refused 3:6 LIMIT keeps other rows when rows elsewhere change
SELECT t AS d
FROM newest
