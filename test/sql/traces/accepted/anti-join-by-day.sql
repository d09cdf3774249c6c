SELECT e.day AS d, e.id FROM events e ANTI JOIN views v USING (day, user_id)
