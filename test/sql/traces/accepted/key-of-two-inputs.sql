-- key: id
SELECT e.user_id AS id, e.n, v.n AS m FROM (SELECT user_id, count(*) AS n FROM events GROUP BY 1) e LEFT JOIN (SELECT user_id, count(*) AS n FROM views GROUP BY 1) v ON v.user_id = e.user_id
