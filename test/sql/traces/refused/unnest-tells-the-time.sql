-- refused 2:8 `d` is made by unnest(), and not told by any one row -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT unnest([t, t + INTERVAL 1 DAY]) AS d FROM events
