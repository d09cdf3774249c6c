-- refused 3:32 nothing ties the subquery to `id`, and all of events would be read for each key -> compare it in its WHERE with that of the outer query, or make it `kind: table`, which is rebuilt as a whole
-- key: id
SELECT user_id AS id, sum(n) / (SELECT sum(n) FROM events) AS share FROM events GROUP BY 1
