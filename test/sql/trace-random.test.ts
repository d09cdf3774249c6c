import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { randomModel } from './random-models.ts'
import { unsoundOver } from './trace-soundness.ts'
import { drawFrom, fillWorlds, restricted, subjectOf } from './trace-world.ts'

const long = process.env['MILLRACE_LONG'] !== undefined
const [models, worlds] = long ? [60_000, 12] : [300, 2]
const timeout = long ? 7_200_000 : 60_000

test(
  'whatever is accepted equals the whole result, interval by interval and key by key',
  async () => {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
    await fillWorlds(connection, worlds)
    const counts = { accepted: 0, refused: 0, invalid: 0 }
    for (let seed = 1; seed <= models; seed++) {
      const text = randomModel(drawFrom(seed * 104_729))
      const subject = await subjectOf(text)
      if (subject.trace.obstacles.length > 0) {
        counts.refused++
        continue
      }
      if (await isInvalid(connection, restricted(subject))) {
        counts.invalid++
        continue
      }
      counts.accepted++
      for (let world = 1; world <= worlds; world++) {
        await connection.run(`USE world${world}`)
        expect(await unsoundOver(connection, subject, drawFrom(seed)), `${seed}\n${text}`).toBeUndefined()
      }
    }
    expect(counts.accepted, JSON.stringify(counts)).toBeGreaterThan(models / 20)
  },
  timeout,
)

/** Names that are ambiguous, columns outside the GROUP BY, casts that fail on some row: no models. */
async function isInvalid(connection: DuckDBConnection, query: string): Promise<boolean> {
  for (let world = 1; world <= worlds; world++)
    try {
      await connection.run(`USE world${world}; ${query}`)
    } catch {
      return true
    }
  return false
}
