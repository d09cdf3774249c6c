-- refused 2:16 columns chosen by a pattern are not followed -> name the columns
SELECT t AS d, COLUMNS('n.*') FROM events
