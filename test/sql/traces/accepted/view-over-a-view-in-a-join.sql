SELECT e.day AS d, e.id, v.n FROM events e JOIN views_a_day v ON v.day = e.day
