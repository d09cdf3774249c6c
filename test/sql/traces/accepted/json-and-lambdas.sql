SELECT t AS d, list_filter(tags, x -> x <> kind) AS others, '{"a": 1}'::JSON -> 'a' AS j FROM events
