-- refused 3:20 now() does not say the same each time
SELECT t AS d FROM events
ORDER BY abs(epoch(now()) - epoch(t))
