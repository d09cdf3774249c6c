import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { type MadeOfTime, unfinishedAt } from '../../src/dashboards/unfinished.ts'

const zone = 'America/Hermosillo'
const now = Date.parse('2026-11-22T02:33:47.250Z') // 19:33 of Saturday the 21st there

const of = (...steps: MadeOfTime['steps']): MadeOfTime => ({ from: 'timestamptz', steps })
const trunc = (unit: string) => ({ kind: 'trunc', unit }) as const
const zoned = (name: string) => ({ kind: 'zone', zone: name }) as const
const date = { kind: 'cast', to: 'date' } as const

test('what is not over is the minute, hour, day or week that has this moment, by the clocks that the column is made by', () => {
  expect(unfinishedAt(now, [of(trunc('minute'))], zone)).toBe('2026-11-22T02:33:00.000Z')
  expect(unfinishedAt(now, [of(trunc('day'))], zone)).toBe('2026-11-22T00:00:00.000Z')
  expect(unfinishedAt(now, [of(zoned(zone), trunc('day'))], zone)).toBe('2026-11-21T00:00:00.000')
  expect(unfinishedAt(now, [of(zoned(zone), date)], zone)).toBe('2026-11-21')
  expect(unfinishedAt(now, [of(zoned(zone), trunc('week'))], zone)).toBe('2026-11-16T00:00:00.000')
  expect(unfinishedAt(now, [of(zoned(zone), trunc('day'), zoned(zone))], zone)).toBe('2026-11-21T07:00:00.000Z')
  const bucket = (minutes: number) => ({ kind: 'bucket', ms: minutes * 60_000 }) as const
  expect(unfinishedAt(now, [of(bucket(1))], zone)).toBe('2026-11-22T02:33:00.000Z')
  expect(unfinishedAt(now, [of(zoned(zone), bucket(15))], zone)).toBe('2026-11-21T19:30:00.000')
  // a date of the rows is a day of the project
  expect(unfinishedAt(now, [{ from: 'date', steps: [] }], zone)).toBe('2026-11-21')
})

test('a time that is not rounded, or by no unit that is known, or in two ways, tells nothing', () => {
  expect(unfinishedAt(now, [of()], zone)).toBeUndefined()
  expect(unfinishedAt(now, [of(zoned(zone))], zone)).toBeUndefined()
  expect(unfinishedAt(now, [of(trunc('fortnight'))], zone)).toBeUndefined()
  expect(unfinishedAt(now, [of(zoned('Mars/Olympus'), trunc('day'))], zone)).toBeUndefined()
  expect(unfinishedAt(now, [of(trunc('minute')), of(trunc('hour'))], zone)).toBeUndefined()
  expect(unfinishedAt(now, [], zone)).toBeUndefined()
})

test('it is the value that the engine gives a row of that moment, also where clocks change', async () => {
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run("SET TimeZone = 'UTC'")
  const moments = ['2026-11-22T02:33:47Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-03-29T01:10:00Z']
  for (const unit of ['minute', 'hour', 'day', 'week', 'month', 'year']) {
    for (const moment of moments) {
      const asked = `date_trunc('${unit}', timezone('Europe/Berlin', TIMESTAMPTZ '${moment}'))`
      const answer = await connection.runAndReadAll(`SELECT strftime(${asked}, '%Y-%m-%dT%H:%M:%S.000')`)
      const made = [of(zoned('Europe/Berlin'), trunc(unit))]
      expect(unfinishedAt(Date.parse(moment), made, zone)).toBe(answer.getRows()[0]?.[0])
    }
  }
})
