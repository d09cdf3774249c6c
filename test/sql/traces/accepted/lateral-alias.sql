SELECT day AS first, first AS d, n + 1 AS m, m * 2 AS k FROM events WHERE m > 2
