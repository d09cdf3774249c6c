SELECT user_id, t::DATE AS d, count(*) FROM events GROUP BY 2, 1
