SELECT e.t AS d, (SELECT count(*) FROM views v WHERE v.day = e.day AND v.seen_at = e.t) AS seen FROM events e
