SELECT t AS d, x.tag FROM events e, LATERAL (SELECT tag FROM unnest(e.tags) u(tag) LIMIT 1) x
