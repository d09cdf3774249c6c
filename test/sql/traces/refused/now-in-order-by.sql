-- refused 3:20 now() does not say the same each time -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d FROM events
ORDER BY abs(epoch(now()) - epoch(t))
