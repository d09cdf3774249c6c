-- refused 2:16 uuid() does not say the same each time
SELECT t AS d, uuid() AS id FROM events
