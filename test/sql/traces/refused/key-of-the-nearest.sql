-- refused 4:6 `id` comes from the side of the ASOF join whose nearest row is taken -> take it from the side whose rows all stay, or make it `kind: table`, which is rebuilt as a whole
-- key: id
SELECT o.n AS id, u.name
FROM users u ASOF JOIN orders o ON u.user_id = o.user_id AND u.born >= o.t
