-- refused 3:6 a FULL JOIN keeps the rows of both sides, so no side tells `d` -> join from one side (LEFT JOIN), or make it `kind: table`, which is rebuilt as a whole
SELECT coalesce(e.t, v.seen_at) AS d
FROM events e
FULL JOIN views v ON e.t = v.seen_at
