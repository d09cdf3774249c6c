-- refused 2:8 `d` is CAST(strptime(kind, '%Y-%m-%d') AS TIMESTAMP WITH TIME ZONE), not one date or time under casts, date_trunc, time_bucket or AT TIME ZONE -> let the input have such a column, or make this `kind: table`, which is rebuilt as a whole
SELECT strptime(kind, '%Y-%m-%d')::TIMESTAMPTZ AS d FROM events
