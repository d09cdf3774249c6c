-- key: id
SELECT u.user_id AS id, u.name, count(e.id) AS n FROM users u LEFT JOIN events e ON u.user_id = e.user_id GROUP BY ALL
