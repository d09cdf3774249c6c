-- refused 3:6 the window of row_number() holds rows of more than one `d`
SELECT *
FROM visits
