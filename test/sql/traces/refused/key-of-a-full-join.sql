-- refused 3:50 a FULL JOIN keeps the rows of both sides, so no side tells `id` -> join from one side (LEFT JOIN), or make it `kind: table`, which is rebuilt as a whole
-- key: id
SELECT coalesce(e.user_id, v.user_id) AS id FROM events e FULL JOIN views v USING (user_id)
