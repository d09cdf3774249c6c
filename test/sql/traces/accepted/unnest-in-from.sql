SELECT e.t AS d, x.tag FROM events e, unnest(e.tags) x(tag)
