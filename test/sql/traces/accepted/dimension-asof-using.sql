SELECT e.t AS d, e.id, o.n AS m FROM events e ASOF JOIN orders o USING (user_id, t)
