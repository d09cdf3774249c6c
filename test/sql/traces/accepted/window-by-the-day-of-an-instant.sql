SELECT t AS d, id, sum(n) OVER (PARTITION BY (t AT TIME ZONE 'America/New_York')::DATE ORDER BY id) AS s FROM events
