-- refused 2:13 `d` is a constant here -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT DATE '2026-03-07' AS d FROM events GROUP BY ()
