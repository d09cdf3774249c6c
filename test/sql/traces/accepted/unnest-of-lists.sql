SELECT day AS d, unnest(list_filter(tags, lambda y: y <> 'a')) AS tag, unnest(tags::VARCHAR[]) AS other FROM events
