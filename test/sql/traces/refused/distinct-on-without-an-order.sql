-- refused 2:21 DISTINCT ON keeps whichever row happens to come first -> give it an ORDER BY that tells its rows apart, or make it `kind: table`, which is rebuilt as a whole
SELECT DISTINCT ON (day) day AS d, n FROM events
