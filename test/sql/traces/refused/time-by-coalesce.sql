-- refused 2:17 `d` is COALESCE(t, CAST("day" AS TIMESTAMP WITH TIME ZONE)), not one date or time under casts, date_trunc or AT TIME ZONE
SELECT coalesce(t, day::TIMESTAMPTZ) AS d FROM events
