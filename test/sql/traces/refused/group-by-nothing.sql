-- refused 2:13 `d` is a constant here
SELECT DATE '2026-03-07' AS d FROM events GROUP BY ()
