-- refused 2:47 uuid() does not say the same each time
SELECT t AS d, list_transform(tags, x -> x || uuid()) AS y FROM events
