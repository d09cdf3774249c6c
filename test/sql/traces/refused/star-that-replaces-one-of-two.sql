-- refused 3:10 which of several columns of one name are changed in this * is not told here -> name the columns
SELECT d FROM (
  SELECT * REPLACE (9 AS n) FROM (SELECT id, n FROM events) a JOIN (SELECT n, t, id AS i FROM events) b ON a.id = b.i) x(id, n, d)
