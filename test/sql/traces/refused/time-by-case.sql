-- refused 2:8 `d` is CASE WHEN ((kind = 'late')) THEN ((t + to_days(CAST(trunc(C…, not one date or time under casts, date_trunc, time_bucket or AT TIME ZONE -> let the input have such a column, or make this `kind: table`, which is rebuilt as a whole
SELECT CASE WHEN kind = 'late' THEN t + INTERVAL 1 DAY ELSE t END AS d FROM events
