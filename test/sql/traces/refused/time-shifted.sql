-- refused 2:8 `d` is (t + to_days(CAST(trunc(CAST(1 AS DOUBLE)) AS INTEGER))), not one date or time under casts, date_trunc, time_bucket or AT TIME ZONE -> let the input have such a column, or make this `kind: table`, which is rebuilt as a whole
SELECT t + INTERVAL 1 DAY AS d FROM events
