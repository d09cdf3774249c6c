-- refused 2:26 a sample takes other rows each time -> take all rows, or make it `kind: table`, which is rebuilt as a whole
SELECT seen_at AS d FROM some_views
