-- refused 2:16 columns chosen by a pattern are not followed
SELECT t AS d, COLUMNS('n.*') FROM events
