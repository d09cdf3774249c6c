SELECT t AS d, y FROM events e, LATERAL (SELECT e.n + 1 AS y)
