-- refused 2:15 nothing ties events to `d`, and all of it would be read for each interval
SELECT d FROM events, (SELECT visit_day AS d FROM
visit_days)
