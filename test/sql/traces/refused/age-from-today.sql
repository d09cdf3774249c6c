-- refused 2:16 age() does not say the same each time
SELECT t AS d, age(t) FROM events
