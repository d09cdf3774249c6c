/** `node load-millrace-main.ts FILE OUT LAYOUT`: a file into a new lake, as `millrace load` does it. */
import { dirname, join } from 'node:path'
import { fileReader } from '../../src/connectors/files/reader.ts'
import type { Context } from '../../src/core/context.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import { applyLoad, planLoad } from '../../src/sources/load.ts'
import { localStore } from '../../src/storage/local-store.ts'
import type { LoadRun } from '../load.ts'
import { shopContract } from './shop-file.ts'

const [file = '', out = '', layout = ''] = process.argv.slice(2)
const context: Context = { signal: new AbortController().signal, emit: () => {}, now: Date.now }
const engine = await openDuckdb({ memoryBytes: 1_000_000_000, threads: 2, tempFolder: join(out, 'spill') })
const lake = { store: localStore(out), engine, root: out, queue: commitQueue() }
const source = {
  name: 'history',
  table: 'events',
  reader: fileReader({ glob: file, root: dirname(file) }),
  rules: { contract: await shopContract(layout === 'by day'), text: {} },
  onChange: 'replace',
  maxRejects: 0.1,
} as const

const started = performance.now()
const plan = await planLoad(lake, source, context)
const [outcome] = await applyLoad(lake, plan, { tempFolder: join(out, 'tmp') }, context)
const seconds = (performance.now() - started) / 1000
if (outcome?.outcome !== 'loaded') throw new Error(JSON.stringify(outcome))
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
const run: LoadRun = { seconds, cpuSeconds, peakMB: maxRSS / 1024, rows: outcome.delivery.stored }
console.log(JSON.stringify(run))
await engine.close()
