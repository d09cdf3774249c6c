import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isError } from '../../src/core/errors.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { fileLedger } from '../../src/sources/ledger.ts'
import type { OnChange } from '../../src/sources/load/plan.ts'
import { crashPoints } from '../faults/crash-points.ts'
import { faultsThenPowerCuts, powerCuts } from '../faults/power-cuts.ts'
import type { Scenario } from '../faults/scenario.ts'
import { tempFolder } from '../temp-folder.ts'
import { type Loading, load, loading, query, rejects, sourceOf } from './loading.ts'

let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: '/tmp/millrace-load-faults' })
})

afterAll(() => engine.close())

const contract = { columns: { id: 'bigint not null', name: 'varchar' } }
const old = 'id,name\n1,a\n2,b\nx,c\n'

/** What the table and its rejects say, as one text; '' without a table. */
async function stateOf(on: Loading): Promise<string> {
  try {
    const rows = await query(on, 'SELECT id, name, _file FROM t ORDER BY ALL')
    const refused = (await rejects(on)).map((row) => [row['file'], row['line'], row['raw']].join(' '))
    const open = (await fileLedger(on.lake, 't', on.context)).flatMap((line) => line.open)
    return [...rows.map((row) => row.join(' ')), ...refused, ...open].join('\n')
  } catch (error) {
    if (isError(error, 'TABLE_NOT_FOUND')) return ''
    throw error
  }
}

/** A load after `before` was loaded: whatever happens at any call, the state is the old or the new, then the new. */
async function scenario(before: string | undefined, now: string, onChange: OnChange): Promise<Scenario> {
  const root = await tempFolder()
  const file = join(root, 'a.csv')
  const act = async (lakeRoot: string, disk?: Parameters<Scenario['run']>[1]): Promise<Loading> => {
    const on = await loading(engine, { root, lakeRoot, ...(disk && { disk }) })
    await load(on, sourceOf(on, { contract, files: { glob: '*.csv' }, onChange, maxRejects: 1 }))
    return on
  }
  const states: string[] = []
  for (const text of [before, now]) {
    const lakeRoot = await tempFolder()
    if (before !== undefined && text === now) {
      await writeFile(file, before)
      await act(lakeRoot)
    }
    if (text !== undefined) await writeFile(file, text)
    states.push(text === undefined ? '' : await stateOf(await act(lakeRoot)))
  }
  return {
    async prepare(folder) {
      if (before === undefined) return
      await writeFile(file, before)
      await act(folder)
      await writeFile(file, now)
    },
    run: async (folder, disk) => void (await act(folder, disk)),
    async check(folder, done) {
      const found = await stateOf(await loading(engine, { root, lakeRoot: folder }))
      if (done) expect(found).toBe(states[1])
      else expect([...states, ...(before === undefined ? [''] : [])]).toContain(found)
      expect(await stateOf(await act(folder))).toBe(states[1])
    },
  }
}

const cases = {
  'a first load': () => scenario(undefined, old, 'replace'),
  'a replacement': () => scenario(old, 'id,name\n7,g\ny,h\n', 'replace'),
  'an append': () => scenario(old, `${old}4,d\nz,e\n`, 'append'),
}

describe.each(Object.entries(cases))('%s', (_, make) => {
  test('is done or not, and whole, after any fault', async () => {
    expect(await crashPoints(await make(), 5)).toBeGreaterThan(5)
  })

  test('is done or not, and whole, after any power cut', async () => {
    await powerCuts(await make(), { most: 2 })
  })

  test('stays done after a fault, a second run and a power cut', async () => {
    await faultsThenPowerCuts(await make(), ['gone', 'throws after'], { most: 2 })
  })
})
