-- refused 3:21 a recursive CTE can go from any row to any other -> read the input outside of it, or make it `kind: table`, which is rebuilt as a whole
WITH RECURSIVE chain AS (
  SELECT id, t FROM events
  UNION ALL
  SELECT e.id, c.t FROM events e JOIN chain c ON e.id = c.id + 1 AND e.t > c.t)
SELECT t AS d FROM chain
