-- refused 2:8 `d` is made by unnest(), and not told by any one row
SELECT unnest([t, t + INTERVAL 1 DAY]) AS d FROM events
