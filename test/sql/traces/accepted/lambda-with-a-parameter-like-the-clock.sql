SELECT t AS d, list_transform(tags, lambda current_date: current_date || '!') AS loud FROM events
