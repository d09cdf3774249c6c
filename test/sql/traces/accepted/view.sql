SELECT seen_at AS d, page FROM a_views
