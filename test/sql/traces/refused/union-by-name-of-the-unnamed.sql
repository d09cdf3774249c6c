-- refused 2:8 UNION BY NAME needs the names of all columns -> give each an alias
SELECT day AS d, max(n) FROM events GROUP BY day
UNION ALL BY NAME
SELECT day AS d, max(n) FROM views GROUP BY day
