SELECT a.day AS d, a.n, b.n AS m FROM views_a_day a LEFT JOIN views_a_day b USING (day)
