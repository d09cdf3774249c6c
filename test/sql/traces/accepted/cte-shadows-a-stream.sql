WITH views AS (SELECT user_id, name AS page FROM users)
SELECT e.t AS d, v.page FROM events e JOIN views v USING (user_id)
