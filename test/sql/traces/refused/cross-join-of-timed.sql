-- refused 2:40 nothing ties views to `d`, and all of it would be read for each interval
SELECT e.t AS d, v.page FROM events e, views v
