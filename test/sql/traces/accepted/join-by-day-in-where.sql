SELECT e.day AS d, v.page, e.n FROM events e, views v WHERE v.day = e.day AND v.user_id = e.user_id
