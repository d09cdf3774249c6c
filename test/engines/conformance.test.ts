import { join } from 'node:path'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import { DuckdbProcess } from '../../src/engines/duckdb-process.ts'
import { lazyEngine } from '../../src/engines/lazy.ts'
import { engineConformance } from '../conformance/engine.ts'
import { folder } from './harness.ts'

const options = () => ({ memoryBytes: 500_000_000, threads: 2, tempFolder: join(folder(), 'spill') })
const open = () => openDuckdb(options())

engineConformance({ name: 'duckdb', open, skip: {} })
engineConformance({
  name: 'duckdb, opened by its first use',
  open: async () => lazyEngine('duckdb', { writes: 'files', cancel: true, tail: true }, open),
  skip: {},
})
engineConformance({ name: 'duckdb-process', open: async () => new DuckdbProcess(options()) })
