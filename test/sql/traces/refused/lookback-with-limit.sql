-- refused 3:33 LIMIT keeps other rows when rows elsewhere change
-- lookback
SELECT t AS d FROM events LIMIT 3
