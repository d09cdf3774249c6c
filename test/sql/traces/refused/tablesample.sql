-- refused 2:20 a sample takes other rows each time
SELECT t AS d FROM events TABLESAMPLE 10%
