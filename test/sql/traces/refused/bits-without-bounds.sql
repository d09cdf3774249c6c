-- refused 2:18 bitstring_agg() does not say the same each time -> take it from a column of an input, or make it `kind: table`, which is rebuilt as a whole
SELECT day AS d, bitstring_agg(n) AS bits FROM events GROUP BY day
