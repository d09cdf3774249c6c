-- refused 3:6 LIMIT keeps other rows when rows elsewhere change -> rank rows within each `d` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d
FROM newest
