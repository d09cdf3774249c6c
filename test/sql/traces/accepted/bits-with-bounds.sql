SELECT day AS d, bitstring_agg(n, 0, 9) AS bits FROM events GROUP BY day
