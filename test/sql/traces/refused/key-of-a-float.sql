-- refused 3:72 a group holds rows of more than one `id` -> group by `id` too, or make it `kind: table`, which is rebuilt as a whole
-- key: id
SELECT CAST(score AS VARCHAR) AS id, count(*) AS n FROM users GROUP BY score
