-- refused 3:8 a sample takes other rows each time -> take all rows, or make it `kind: table`, which is rebuilt as a whole
WITH c AS (SELECT * FROM events)
SELECT t AS d FROM c USING SAMPLE 2 ROWS
