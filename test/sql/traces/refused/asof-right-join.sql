-- refused 3:6 an ASOF join that keeps the rows of its right side is not followed -> write it as ASOF LEFT JOIN, or make it `kind: table`, which is rebuilt as a whole
SELECT v.seen_at AS d
FROM events e ASOF RIGHT JOIN views v ON e.user_id = v.user_id AND e.t >= v.seen_at
