/*
description: One row per artist, as their latest song names them
kind: merge
key: [artist_id]
checks:
  not_null: [artist_id, name]
  unique: [[artist_id]]
  expr: { on_earth: latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180 }
*/
SELECT
  artist_id,
  artist_name AS name,
  artist_location AS location,
  artist_latitude AS latitude,
  artist_longitude AS longitude
FROM tracks
QUALIFY row_number() OVER (PARTITION BY artist_id ORDER BY year DESC NULLS LAST, song_id) = 1
