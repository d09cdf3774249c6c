-- key: id
SELECT e.id, (SELECT count(*) FROM orders o, json_each('[1, 2]') AS j(k) WHERE o.order_id = id) AS n FROM events e
