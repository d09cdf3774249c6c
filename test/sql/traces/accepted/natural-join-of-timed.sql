SELECT * FROM (SELECT day AS d, user_id FROM events) NATURAL JOIN (SELECT day AS d, user_id, page FROM views)
