-- key: id
SELECT u.user_id AS id, u.name, count(e.id) AS n FROM events e JOIN users u ON u.user_id = e.user_id GROUP BY ALL
