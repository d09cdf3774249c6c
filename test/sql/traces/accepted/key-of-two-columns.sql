-- key: id, k
SELECT user_id AS id, kind AS k, count(*) AS n FROM events GROUP BY 1, 2
