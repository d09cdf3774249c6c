-- refused 3:10 which of several columns of one name are changed in this * is not told here -> name the columns
SELECT d FROM (
  SELECT * EXCLUDE (a) FROM (SELECT id AS a, t AS a, day AS b FROM events)) AS x(d)
