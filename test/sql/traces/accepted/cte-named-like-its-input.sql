WITH events AS (SELECT * FROM events WHERE n > 1)
SELECT t AS d, n FROM events
