import { join } from 'node:path'
import type { Contract } from '../../src/contract/contract.ts'
import type { Context } from '../../src/core/context.ts'
import { loadProject } from '../../src/project/load.ts'
import type { Target } from '../../src/project/parse.ts'
import { writeShopFile } from '../../src/project/shop-data.ts'

const context: Context = { signal: new AbortController().signal, emit: () => {}, now: Date.now }

/** A file of generated shop events, of about 130 bytes a row. */
export async function makeShopFile(path: string, rows: number, say: (line: string) => void): Promise<string> {
  say(`writing ${rows} rows`)
  await writeShopFile(path, { rows, seed: 1, endMs: Date.UTC(2019, 11, 1), days: 30 }, context)
  return path
}

/** The contract of the events of `examples/shop`. */
export async function shopContract(byDay: boolean): Promise<Contract> {
  const dir = join(import.meta.dirname, '../../examples/shop')
  const { targets } = await loadProject(dir, { profile: 'local', variables: {} })
  const { contract } = targets.get('events') as Target
  return byDay ? contract : { ...contract, partitionBy: {} }
}
