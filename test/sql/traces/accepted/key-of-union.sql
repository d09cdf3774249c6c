-- key: id
SELECT id, sum(n) AS n FROM (SELECT user_id AS id, n FROM events UNION ALL SELECT user_id, n FROM views) GROUP BY id
