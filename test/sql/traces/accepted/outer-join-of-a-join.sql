SELECT e.day AS d, b.n, c.n AS m FROM events e LEFT JOIN (views b JOIN views c ON b.day = c.day) ON e.day = c.day
