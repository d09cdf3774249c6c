SELECT e.t AS d, p.price FROM events e ASOF JOIN prices p ON e.kind = p.kind AND e.t >= p.since WHERE p.since < e.t
