-- refused 3:6 `d` comes from the side of the outer join that may be missing -> take it from the side whose rows all stay, or make it `kind: table`, which is rebuilt as a whole
SELECT v.seen_at AS d
FROM events e
LEFT JOIN views v ON v.seen_at = e.t
