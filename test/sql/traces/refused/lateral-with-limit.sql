-- refused 4:29 nothing ties views to `d`, and all of it would be read for each interval
SELECT e.t AS d, x.page
FROM events e,
  LATERAL (SELECT page FROM views v WHERE v.day = e.day ORDER BY view_id LIMIT 1) x
