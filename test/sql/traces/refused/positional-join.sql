-- refused 2:30 rows are joined by their places, and tables have no order -> join by columns, or make it `kind: table`, which is rebuilt as a whole
SELECT e.t AS d, u.name FROM events e POSITIONAL JOIN users u
