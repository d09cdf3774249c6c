-- refused 2:8 a sample takes other rows each time
SELECT t AS d FROM events USING SAMPLE 5 ROWS
