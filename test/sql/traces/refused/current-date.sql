-- refused 3:13 current_date does not say the same each time
SELECT t AS d FROM events
WHERE day < current_date
