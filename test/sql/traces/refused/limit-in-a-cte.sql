-- refused 3:46 LIMIT keeps other rows when rows elsewhere change
WITH early AS (
  SELECT * FROM users ORDER BY user_id LIMIT 2)
SELECT e.t AS d
FROM events e JOIN early USING (user_id)
