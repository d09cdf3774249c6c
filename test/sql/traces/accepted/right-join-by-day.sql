SELECT v.day AS d, v.page, e.n FROM events e RIGHT JOIN views v ON v.day = e.day AND v.user_id = e.user_id
