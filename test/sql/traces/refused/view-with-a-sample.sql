-- refused 2:26 a sample takes other rows each time
SELECT seen_at AS d FROM some_views
