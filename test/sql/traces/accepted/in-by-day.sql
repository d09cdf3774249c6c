SELECT day AS d, id FROM events WHERE day IN (SELECT day FROM views WHERE page = 'a')
