-- refused 4:20 nothing ties views to `d`, and all of it would be read for each interval
WITH users AS (SELECT user_id, seen_at AS born FROM views)
SELECT e.t AS d, u.born
FROM events e JOIN users u USING (user_id)
