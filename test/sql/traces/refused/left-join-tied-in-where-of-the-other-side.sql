-- refused 3:6 `d` comes from the side of the outer join that may be missing
SELECT v.seen_at AS d
FROM events e
LEFT JOIN views v ON v.seen_at = e.t
