SELECT t AS d, unnest(tags) AS tag FROM events
