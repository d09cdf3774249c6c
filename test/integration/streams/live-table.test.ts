import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Started, startProcess } from '../../server/started.ts'
import { tempFolder } from '../../temp-folder.ts'
import { deltalake, missing } from '../lake/foreign.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'live',
  streams: {
    events: stream({
      columns: { id: 'uuid', at: 'timestamptz not null', kind: 'varchar', n: 'bigint' },
      id: 'id',
      time: 'at',
      times: 'any',
      partitionBy: { day: 'at' },
      rules: { known: "kind IN ('view', 'cart')" },
    }),
  },
})
`

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const event = (n: number) => ({
  id: uuid(n),
  at: `2026-11-${10 + (n % 3)}T10:00:00Z`,
  kind: n % 10 === 9 ? 'odd' : n % 2 === 0 ? 'view' : 'cart',
  n,
})

async function send({ url }: Started, events: readonly object[]) {
  const response = await fetch(`${url}/v1/streams/events`, { method: 'POST', body: JSON.stringify(events) })
  expect(response.ok).toBe(true)
  return (await response.json()) as {
    readonly accepted: number
    readonly duplicates: number
    readonly conflicts: number
  }
}

/** The numbers that delta-rs reads in a version, sorted. */
async function numbersIn(path: string, version?: number): Promise<{ version: number; numbers: readonly number[] }> {
  const found = await deltalake.ask<{ version: number; columns: string[]; rows: (string | null)[][] }>('read', {
    path,
    ...(version !== undefined && { version }),
  })
  const at = found.columns.indexOf('n')
  return { version: found.version, numbers: found.rows.map((row) => Number(row[at])).sort((a, b) => a - b) }
}

async function serve(): Promise<{ readonly server: Started; readonly path: string }> {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const server = await startProcess(dir, '--flush-rows', '60', '--flush-seconds', '1')
  return { server, path: join(dir, 'lake', 'events') }
}

describe.skipIf(missing)(missing ?? 'deltalake beside a server that writes', () => {
  test('every version has what came first, nothing twice, and nothing that breaks a rule', {
    timeout: 120_000,
  }, async () => {
    const { server, path } = await serve()
    const good: number[] = []
    let last = -1
    for (let round = 0; round < 60; round++) {
      const events = Array.from({ length: 10 }, (_, at) => event(round * 10 + at))
      good.push(...events.filter(({ kind }) => kind !== 'odd').map(({ n }) => n))
      expect(await send(server, events)).toMatchObject({ accepted: 10, duplicates: 0 })
      if (round % 4 > 0) continue
      const seen = await numbersIn(path)
      expect(seen.version).toBeGreaterThanOrEqual(last)
      expect(seen.numbers).toEqual(good.slice(0, seen.numbers.length))
      last = seen.version
    }
    await expect.poll(async () => (await numbersIn(path)).numbers.length, { timeout: 20_000 }).toBe(good.length)
    const { version, numbers } = await numbersIn(path)
    expect(numbers).toEqual(good)
    expect(version).toBeGreaterThan(1)
    let had = 0
    for (let at = 0; at <= version; at++) {
      const each = await numbersIn(path, at)
      expect(each.numbers).toEqual(good.slice(0, each.numbers.length))
      expect(each.numbers.length).toBeGreaterThanOrEqual(had)
      had = each.numbers.length
    }
  })

  test('a row that it appends is found, and its id is not taken again', { timeout: 120_000 }, async () => {
    const { server, path } = await serve()
    await send(server, [event(1), event(2)])
    await expect.poll(async () => (await numbersIn(path)).numbers, { timeout: 20_000 }).toEqual([1, 2])
    const { columns } = await deltalake.ask<{ columns: string[] }>('read', { path })
    const row: Readonly<Record<string, string | number>> = {
      id: uuid(500),
      at: '2026-11-10 10:00:00+00:00',
      kind: 'view',
      n: 500,
      _day: '2026-11-10',
    }
    await deltalake.ask('write', { path, mode: 'append', rows: [columns.map((column) => row[column] ?? null)] })
    expect(await server.ask('SELECT n FROM events ORDER BY n')).toEqual([[1], [2], [500]])
    const again = { id: uuid(500), at: '2026-11-10T10:00:00Z', kind: 'view', n: 500 }
    // the commits of others are looked for every five seconds; what came before is found when it is written
    await send(server, [again])
    await expect.poll(async () => (await send(server, [again])).duplicates, { timeout: 20_000, interval: 500 }).toBe(1)
    expect(await send(server, [{ ...again, kind: 'cart' }])).toMatchObject({ accepted: 0, conflicts: 1 })
    await expect.poll(async () => (await numbersIn(path)).numbers, { timeout: 20_000 }).toEqual([1, 2, 500])
    // what came before the other's commit was seen is in the tail, and becomes a late duplicate when it is written
    await expect
      .poll(() => server.ask('SELECT n FROM events ORDER BY n'), { timeout: 20_000 })
      .toEqual([[1], [2], [500]])
    expect((await numbersIn(path)).numbers).toEqual([1, 2, 500])
    expect(await server.get('/v1/ledger')).toMatchObject({ closes: true })
  })
})
