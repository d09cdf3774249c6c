/*
description: One row per song that was played, with the song where it is known
kind: incremental
time: start_time
grain: day
partition: [year, month]
columns:
  songplay_id: { description: Session and place in it }
  start_time: { description: When the song began }
  length: { description: How long the song is, unit: s }
checks:
  not_null: [songplay_id, start_time, user_id, level, session_id, year, month]
  unique: [[songplay_id]]
  accepted: { level: [free, paid] }
  references:
    song_id: songs.song_id
    artist_id: artists.artist_id
  rows: { min: 1 }
  expr:
    song_with_artist: (song_id IS NULL) = (artist_id IS NULL)
*/
SELECT
  e.session_id || '-' || e.item_in_session AS songplay_id,
  e.event_time AS start_time,
  e.user_id,
  e.level,
  t.song_id,
  t.artist_id,
  e.session_id,
  e.location,
  e.user_agent,
  e.song,
  e.artist,
  e.length,
  extract(year FROM e.event_time)::SMALLINT AS year,
  extract(month FROM e.event_time)::SMALLINT AS month
FROM events AS e
-- an artist records a song more than once: the length tells which of them was played
LEFT JOIN tracks AS t ON t.title = e.song AND t.artist_name = e.artist AND t.duration = e.length
WHERE e.page = 'NextSong'
