SELECT t AS d, name, price FROM events NATURAL JOIN users NATURAL LEFT JOIN prices
