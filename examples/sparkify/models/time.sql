/*
description: One row per instant at which a song began
kind: incremental
time: start_time
grain: day
partition: [year, month]
checks:
  not_null: [start_time, hour, day, week, month, year, weekday]
  unique: [[start_time]]
  expr: { weekday_of_iso: weekday BETWEEN 1 AND 7 }
*/
SELECT DISTINCT
  start_time,
  extract(hour FROM start_time)::SMALLINT AS hour,
  extract(day FROM start_time)::SMALLINT AS day,
  extract(week FROM start_time)::SMALLINT AS week,
  month,
  year,
  extract(isodow FROM start_time)::SMALLINT AS weekday
FROM songplays
