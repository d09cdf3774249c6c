-- key: id
SELECT lower(kind) || '-' || user_id AS id, count(*) AS n FROM events GROUP BY ALL
