-- refused 2:8 `d` is CAST(CAST(t AS VARCHAR) AS DATE), not one date or time under casts, date_trunc, time_bucket or AT TIME ZONE -> let the input have such a column, or make this `kind: table`, which is rebuilt as a whole
SELECT CAST(CAST(t AS VARCHAR) AS DATE) AS d FROM events
