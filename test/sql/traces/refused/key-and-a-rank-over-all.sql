-- refused 4:3 the window of rank() holds rows of more than one `id` -> put `id` into its PARTITION BY, or make it `kind: table`, which is rebuilt as a whole
-- key: id
SELECT user_id AS id, sum(n) AS s,
  rank() OVER (ORDER BY sum(n)) AS place
FROM events GROUP BY user_id
