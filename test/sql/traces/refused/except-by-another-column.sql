-- refused 4:13 `d` is a constant here -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, user_id FROM events
EXCEPT
SELECT DATE '2026-03-07', user_id FROM views
