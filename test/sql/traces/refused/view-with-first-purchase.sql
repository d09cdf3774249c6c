-- refused 4:6 nothing ties events to `d`, and all of it would be read for each interval
SELECT e.t AS d, f.first
FROM events e
JOIN first_purchases f USING (user_id)
