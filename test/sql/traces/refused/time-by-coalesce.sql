-- refused 2:17 `d` is COALESCE(t, CAST("day" AS TIMESTAMP WITH TIME ZONE)), not one date or time under casts, date_trunc, time_bucket or AT TIME ZONE -> let the input have such a column, or make this `kind: table`, which is rebuilt as a whole
SELECT coalesce(t, day::TIMESTAMPTZ) AS d FROM events
