-- key: id
SELECT score AS id, count(*) AS n FROM users GROUP BY score
