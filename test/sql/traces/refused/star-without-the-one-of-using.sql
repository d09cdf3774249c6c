-- refused 3:10 which of several columns of one name are changed in this * is not told here -> name the columns
SELECT d FROM (
  SELECT * EXCLUDE (a.day) FROM (SELECT day, n FROM events) a LEFT JOIN (SELECT day, page FROM views) b USING (day)) x(n, d)
