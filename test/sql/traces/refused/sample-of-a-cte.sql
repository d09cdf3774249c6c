-- refused 3:20 a sample takes other rows each time -> take all rows, or make it `kind: table`, which is rebuilt as a whole
WITH c AS (SELECT * FROM events)
SELECT t AS d FROM c TABLESAMPLE 50%
