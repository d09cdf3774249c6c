SELECT day AS d, v.page, e.n FROM events e RIGHT JOIN views v USING (day, user_id)
