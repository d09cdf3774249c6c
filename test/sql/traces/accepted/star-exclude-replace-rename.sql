SELECT * EXCLUDE (tags, kind) REPLACE (n + 1 AS n) RENAME (day AS d) FROM events
