SELECT e."max(born)" AS d, e.id FROM (SELECT day AS "max(born)", id FROM events) e WHERE EXISTS (SELECT 1 FROM (SELECT max(born) FROM users) u, orders o WHERE CAST(o.t AS DATE) = "max(born)")
