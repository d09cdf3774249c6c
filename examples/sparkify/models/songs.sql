/*
description: One row per song
kind: table
columns:
  year: { description: When it came out; unknown for many }
  duration: { unit: s }
checks:
  not_null: [song_id, title, artist_id, duration]
  unique: [[song_id]]
  references: { artist_id: artists.artist_id }
  expr:
    lasts: duration > 0
    year_plausible: { expr: year BETWEEN 1900 AND 2100, severity: warn }
*/
SELECT song_id, title, artist_id, year, duration FROM tracks
