SELECT e.day AS d, v.page FROM events e JOIN views v ON v.day IS NOT DISTINCT FROM e.day AND v.user_id = e.user_id
