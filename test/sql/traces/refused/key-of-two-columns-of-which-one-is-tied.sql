-- refused 4:20 nothing ties views to `id`, `k`, and all of it would be read for each key -> join it by the same expression on both sides, or make it `kind: table`, which is rebuilt as a whole
-- key: id, k
SELECT e.user_id AS id, e.kind AS k, count(*) AS n
FROM events e JOIN views v ON v.user_id = e.user_id GROUP BY 1, 2
