-- refused 2:16 now() does not say the same each time
SELECT t AS d, now() - t AS age FROM events
