SELECT t AS d, e.n, o.n AS m FROM events e JOIN orders o USING (t, user_id)
