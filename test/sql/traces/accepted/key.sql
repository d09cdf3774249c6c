-- key: id
SELECT user_id AS id, sum(n) AS s, max(t) AS last FROM events GROUP BY user_id
