-- refused 2:31 nothing reads views here -> take it out
WITH unused AS (SELECT * FROM views)
SELECT t AS d FROM events
