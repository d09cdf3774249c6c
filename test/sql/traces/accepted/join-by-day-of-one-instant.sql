SELECT e.t AS d, v.page FROM events e JOIN views v ON (e.t AT TIME ZONE 'America/New_York')::DATE = v.day AND v.user_id = e.user_id
