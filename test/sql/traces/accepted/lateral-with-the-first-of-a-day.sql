SELECT e.day AS d, s.m FROM events e, LATERAL (SELECT DISTINCT ON (user_id) day, n AS m FROM views v WHERE v.day = e.day ORDER BY user_id, view_id) s
