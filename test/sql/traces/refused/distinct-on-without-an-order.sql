-- refused 2:21 DISTINCT ON keeps whichever row happens to come first
SELECT DISTINCT ON (day) day AS d, n FROM events
