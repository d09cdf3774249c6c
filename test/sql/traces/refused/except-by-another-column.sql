-- refused 4:13 `d` is a constant here
SELECT day AS d, user_id FROM events
EXCEPT
SELECT DATE '2026-03-07', user_id FROM views
