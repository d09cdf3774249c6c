-- refused 3:10 the columns of this * are not known here -> name the columns
SELECT d FROM (
  SELECT * FROM json_each('[1]') AS j(k), (SELECT seen_at, day FROM views)) AS x(k, a, d)
