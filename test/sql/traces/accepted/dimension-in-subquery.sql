SELECT t AS d FROM events WHERE user_id IN (SELECT user_id FROM users) AND n > (SELECT min(price) FROM prices)
