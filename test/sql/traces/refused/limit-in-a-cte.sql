-- refused 3:46 LIMIT keeps other rows when rows elsewhere change -> rank rows within each `d` by row_number() and QUALIFY, or make it `kind: table`, which is rebuilt as a whole
WITH early AS (
  SELECT * FROM users ORDER BY user_id LIMIT 2)
SELECT e.t AS d
FROM events e JOIN early USING (user_id)
