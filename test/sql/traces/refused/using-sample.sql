-- refused 2:8 a sample takes other rows each time -> take all rows, or make it `kind: table`, which is rebuilt as a whole
SELECT t AS d FROM events USING SAMPLE 5 ROWS
