-- key: id, k
SELECT e.user_id AS id, e.day AS k, count(*) AS n FROM events e JOIN views v ON v.user_id = e.user_id AND v.day = e.day GROUP BY ALL
