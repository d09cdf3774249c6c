SELECT t::DATE AS d, count(*) AS n FROM events GROUP BY d
