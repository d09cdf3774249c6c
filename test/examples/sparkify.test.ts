import { afterEach, expect, test } from 'vitest'
import { exampleProject, realData, succeed, withModels } from './example.ts'

const real = realData('sparkify')
const { SPARKIFY_DATA } = process.env

afterEach(() => {
  if (SPARKIFY_DATA === undefined) delete process.env['SPARKIFY_DATA']
  else process.env['SPARKIFY_DATA'] = SPARKIFY_DATA
})

const counts = `SELECT
  (SELECT count(*) FROM songplays), (SELECT count(song_id) FROM songplays), (SELECT count(*) FROM users),
  (SELECT count(*) FROM songs), (SELECT count(*) FROM artists), (SELECT count(*) FROM time)`

test.skipIf(!real)('sparkify on the real logs: 8,056 events become the star that they are known to be', async () => {
  process.env['SPARKIFY_DATA'] = real
  const dir = await exampleProject('sparkify')
  await succeed(dir, 'load')
  await withModels(dir, async ({ rows, judged }) => {
    expect(await rows(counts)).toEqual([[6820n, 1n, 96n, 71n, 69n, 6813n]])
    expect(await rows('SELECT song, artist FROM songplays WHERE song_id IS NOT NULL')).toEqual([
      ['Setanta matins', 'Elena'],
    ])
    expect(await rows('SELECT DISTINCT year, month FROM songplays')).toEqual([[2018, 11]])
    expect((await judged()).filter(({ outcome }) => outcome !== 'passed')).toEqual([])
  })
})

test('sparkify on its own sample keeps what its checks ask for', async () => {
  delete process.env['SPARKIFY_DATA']
  const dir = await exampleProject('sparkify')
  await succeed(dir, 'load')
  await withModels(dir, async ({ rows, judged }) => {
    expect(await rows(counts)).toEqual([[29n, 16n, 3n, 5n, 4n, 29n]])
    expect(await rows('SELECT user_id, level FROM users ORDER BY 1')).toEqual([
      [1n, 'free'],
      [2n, 'paid'],
      [3n, 'paid'],
    ])
    expect((await judged()).filter(({ outcome }) => outcome !== 'passed')).toEqual([])
  })
})
