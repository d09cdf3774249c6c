SELECT a.day AS d, b.id, a.id AS other FROM events a JOIN events b USING (day, user_id)
