-- refused 2:30 rows are joined by their places, and tables have no order
SELECT e.t AS d, u.name FROM events e POSITIONAL JOIN users u
