/*
description: One row per user who has played a song, as the latest event knows them
kind: merge
key: [user_id]
columns:
  level: { description: 'What they pay at their latest event, whatever page it was: free or paid' }
checks:
  not_null: [user_id, level]
  unique: [[user_id]]
  accepted: { level: [free, paid], gender: [F, M] }
*/
SELECT
  user_id,
  first_name,
  last_name,
  gender,
  level,
  registered_at,
  event_time AS last_seen
FROM (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY user_id ORDER BY event_time DESC, session_id DESC, item_in_session DESC
    ) AS age,
    count(*) FILTER (WHERE page = 'NextSong') OVER (PARTITION BY user_id) AS plays
  FROM events
  WHERE user_id IS NOT NULL
)
WHERE age = 1 AND plays > 0
