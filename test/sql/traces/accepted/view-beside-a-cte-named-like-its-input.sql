WITH views AS (SELECT name FROM users)
SELECT a.seen_at AS d, a.page, v.name FROM a_views a, views v
