SELECT e.day AS d, x.n FROM events e, LATERAL (SELECT count(*) AS n FROM views v WHERE v.day = e.day AND v.n > e.n) x
