SELECT t AS d, coalesce(kind, 'none') AS k, nullif(n, 0) AS n FROM events
