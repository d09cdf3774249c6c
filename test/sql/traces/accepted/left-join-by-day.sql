SELECT e.day AS d, v.page FROM events e LEFT JOIN views v ON v.day = e.day AND v.user_id = e.user_id
