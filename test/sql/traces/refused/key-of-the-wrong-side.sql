-- refused 4:20 nothing ties views to `id`, and all of it would be read for each key -> join it by the same expression on both sides, or make it `kind: table`, which is rebuilt as a whole
-- key: id
SELECT e.user_id AS id, count(*) AS n
FROM events e JOIN views v ON e.kind = v.page
GROUP BY 1
