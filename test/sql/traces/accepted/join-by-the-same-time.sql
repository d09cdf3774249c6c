SELECT a.t AS d, b.n FROM events a JOIN orders b ON a.t = b.t AND a.user_id = b.user_id
