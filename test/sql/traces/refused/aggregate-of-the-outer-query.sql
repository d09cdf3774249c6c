-- refused 2:28 max() is over rows of the outer query -> compute it there, or make it `kind: table`, which is rebuilt as a whole
SELECT e.day AS d, (SELECT max(e.n) FROM users u) AS m FROM events e GROUP BY e.day
