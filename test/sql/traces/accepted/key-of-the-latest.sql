-- key: id
SELECT DISTINCT ON (user_id) user_id AS id, kind, n FROM events ORDER BY user_id, t DESC NULLS LAST, id
