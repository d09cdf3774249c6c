SELECT t AS d FROM events WHERE user_id NOT IN (SELECT user_id FROM users WHERE user_id IS NOT NULL)
