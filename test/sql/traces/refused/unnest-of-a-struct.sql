-- refused 3:10 unnest() of what may be a struct gives columns that are not known here -> cast it to a list type, or make it `kind: table`, which is rebuilt as a whole
SELECT d FROM (
  SELECT unnest({'a': n, 'b': t}), day FROM events) AS x(p, d)
