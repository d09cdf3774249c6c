import { column, defineProject, files, stream, table } from 'millrace'

export default defineProject(({ env }) => {
  // a folder with log_data/ and song_data/; a small made one lies here
  const data = env('SPARKIFY_DATA', './sample')
  return {
    name: 'sparkify',
    timezone: 'UTC',
    lake: './lake',
    streams: {
      events: stream({
        columns: {
          event_time: column('timestamptz not null', { from: '$.ts', format: 'epoch_ms' }),
          session_id: column('bigint not null', { from: '$.sessionId' }),
          item_in_session: column('integer not null', { from: '$.itemInSession' }),
          page: 'varchar not null',
          method: 'varchar',
          status: 'smallint',
          auth: 'varchar',
          level: 'varchar not null',
          user_id: column('bigint', { from: '$.userId', nulls: [''] }), // nobody before the login
          first_name: column('varchar', { from: '$.firstName', pii: true }),
          last_name: column('varchar', { from: '$.lastName', pii: true }),
          gender: 'varchar',
          registered_at: column('timestamptz', { from: '$.registration', format: 'epoch_ms' }),
          location: 'varchar',
          user_agent: column('varchar', { from: '$.userAgent' }),
          song: 'varchar',
          artist: 'varchar',
          length: 'decimal(10,5)', // seconds
        },
        time: 'event_time',
        partitionBy: { day: 'event_time' },
        unknown: 'keep',
        subject: 'user_id',
        rules: { known_level: "level IN ('free', 'paid')" },
      }),
    },
    tables: {
      tracks: table({
        columns: {
          num_songs: 'smallint',
          song_id: 'varchar not null',
          title: 'varchar not null',
          duration: 'decimal(10,5) not null', // seconds
          year: column('smallint', { nulls: ['0'] }),
          artist_id: 'varchar not null',
          artist_name: 'varchar not null',
          artist_location: column('varchar', { nulls: [''] }),
          artist_latitude: 'double',
          artist_longitude: 'double',
        },
        key: 'song_id',
        from: files(`${data}/song_data/**/*.json`, { format: 'json' }),
      }),
    },
    sources: {
      logs: files(`${data}/log_data/**/*.json`, { into: 'events', format: 'ndjson', onChange: 'append' }),
    },
  }
})
