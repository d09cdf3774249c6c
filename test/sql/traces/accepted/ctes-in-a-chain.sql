WITH a AS (SELECT * FROM events WHERE n > 1), b(x, y) AS (SELECT day, user_id FROM a), c AS MATERIALIZED (SELECT x AS d, count(*) AS n FROM b GROUP BY x)
SELECT * FROM c
