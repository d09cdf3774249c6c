-- refused 4:3 the window of rank() holds rows of more than one `id`
-- key: id
SELECT user_id AS id, sum(n) AS s,
  rank() OVER (ORDER BY sum(n)) AS place
FROM events GROUP BY user_id
