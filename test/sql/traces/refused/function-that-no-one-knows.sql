-- refused 2:16 sessionize() is not known -> write it otherwise, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d, sessionize(n) AS s FROM events
