import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import { nodeDisk } from '../../src/storage/disk.ts'
import { changes, interceptedDisk } from '../faults/calls.ts'
import { load, loading, sourceOf } from './loading.ts'

/** Loads the files of a folder into its lake, and writes a dot before each call that changes something. */
const [root = ''] = process.argv.slice(2)
const engine = await openDuckdb({ memoryBytes: 300_000_000, threads: 1, tempFolder: join(root, 'spill') })
const disk = interceptedDisk(nodeDisk(), async (call, perform) => {
  if (changes(call)) writeSync(1, '.')
  return perform()
})
const on = await loading(engine, { root, disk })
const contract = { columns: { id: 'bigint not null' } }
await load(on, sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 1 }))
await engine.close()
