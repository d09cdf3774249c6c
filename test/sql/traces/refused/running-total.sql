-- refused 3:8 the window of sum() holds rows of more than one `d`
SELECT t AS d,
       sum(n) OVER (ORDER BY t) AS total
FROM events
