-- refused 3:6 `d` comes from the side of the outer join that may be missing -> take it from the side whose rows all stay, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d, u.name
FROM events e
RIGHT JOIN users u ON u.user_id = e.user_id
