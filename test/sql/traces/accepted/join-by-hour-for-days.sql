SELECT e.t AS d, v.page FROM events e JOIN views v ON date_trunc('hour', e.t AT TIME ZONE 'America/New_York') = date_trunc('hour', v.seen_at AT TIME ZONE 'America/New_York')
