-- refused 2:33 random() does not say the same each time
SELECT t AS d FROM events WHERE random() < 0.5
