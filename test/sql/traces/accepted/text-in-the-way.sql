SELECT /* LIMIT 1 é */ t AS d, 'now() LIMIT — é' AS s -- random()
FROM events WHERE kind <> 'LIMIT'
