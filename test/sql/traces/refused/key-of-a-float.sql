-- refused 3:72 a group holds rows of more than one `id`
-- key: id
SELECT CAST(score AS VARCHAR) AS id, count(*) AS n FROM users GROUP BY score
