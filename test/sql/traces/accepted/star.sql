-- time: t
SELECT * FROM events
