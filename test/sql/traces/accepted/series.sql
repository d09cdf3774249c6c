SELECT e.day AS d, s.i, e.id FROM events e, range(2) s(i)
