import { join } from 'node:path'
import type { FilesOptions } from '../../src/connectors/files/options.ts'
import { fileReader } from '../../src/connectors/files/reader.ts'
import type { Contract } from '../../src/contract/contract.ts'
import { type Declaration, parseContract } from '../../src/contract/declaration.ts'
import type { Context } from '../../src/core/context.ts'
import type { MillEvent } from '../../src/core/events.ts'
import type { Value } from '../../src/core/values.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { collect, collectObjects } from '../../src/engines/rows.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { planRestore } from '../../src/lake/restore.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { readDeliveries } from '../../src/sources/deliveries.ts'
import { applyLoad, planLoad } from '../../src/sources/load.ts'
import type { FileOutcome, LoadSource } from '../../src/sources/load-source.ts'
import { rejectsRelation } from '../../src/sources/rejects.ts'
import { restoreTable } from '../../src/sources/removals.ts'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { localStore } from '../../src/storage/local-store.ts'
import type { IdIndex } from '../../src/streams/dedupe.ts'
import { tempFolder } from '../temp-folder.ts'

/** A contract from a declaration that is right. */
export function contractOf(declared: Declaration, timezone = 'UTC') {
  return parseContract(declared, timezone, {
    invalid: (path, reason) => {
      throw new Error(`${path.join('.')}: ${reason}`)
    },
    unknownName: (path, what, name) => {
      throw new Error(`${path.join('.')}: no ${what} ${name}`)
    },
  })
}

export interface Loading {
  /** The project's folder: files are found in it. */
  readonly root: string
  readonly lake: Lake
  readonly context: Context
  readonly events: readonly MillEvent[]
  /** Moves the clock on. */
  pass(milliseconds: number): void
}

/** A project's folder with a lake in it. The clock is long after every file in the folder was written. */
export async function loading(
  engine: Engine,
  at: { readonly root?: string; readonly lakeRoot?: string; readonly disk?: Disk } = {},
): Promise<Loading> {
  const root = at.root ?? (await tempFolder())
  const { lakeRoot = join(root, 'lake'), disk = nodeDisk() } = at
  const events: MillEvent[] = []
  let now = Date.now() + 3_600_000
  return {
    root,
    lake: { store: localStore(lakeRoot, disk), engine, root: lakeRoot, queue: commitQueue() },
    events,
    context: { signal: new AbortController().signal, emit: (event) => events.push(event), now: () => now++ },
    pass: (milliseconds) => {
      now += milliseconds
    },
  }
}

export interface SourceOptions extends Partial<Pick<LoadSource, 'onChange' | 'maxRejects' | 'name' | 'table'>> {
  readonly contract: Declaration | Contract
  readonly timezone?: string
  readonly files: Omit<FilesOptions, 'root'>
  readonly text?: LoadSource['rules']['text']
}

export function sourceOf({ root, lake }: Pick<Loading, 'root' | 'lake'>, options: SourceOptions): LoadSource {
  const {
    contract,
    files,
    text = {},
    timezone,
    name = 'src',
    table = 't',
    onChange = 'replace',
    maxRejects = 0.1,
  } = options
  const parsed = isParsed(contract) ? contract : contractOf(contract, timezone)
  const columns = files.columns ?? parsed.columns.map((column) => column.from ?? column.name)
  return {
    name,
    table,
    reader: fileReader({ root, engine: lake.engine, ...files, columns }),
    rules: { contract: parsed, text },
    onChange,
    maxRejects,
  }
}

function isParsed(contract: Declaration | Contract): contract is Contract {
  return Array.isArray(contract.columns)
}

/** Brings a version back, as the command does. */
export async function restore({ lake, context }: Loading, version: number, table = 't'): Promise<void> {
  await restoreTable(lake, await planRestore(lake, table, { version }, context), context)
}

/** Plans and loads; what became of each file. `ids`: the index of the table's ids. */
export async function load(on: Loading, source: LoadSource, ids?: IdIndex): Promise<readonly FileOutcome[]> {
  on.pass(10_000)
  const plan = await planLoad(on.lake, source, on.context)
  return applyLoad(on.lake, plan, { tempFolder: join(on.root, '.millrace/tmp'), ...(ids && { ids }) }, on.context)
}

/** Outcomes in short: `a.csv: loaded 3+1` (stored, rejected), `b.csv: skipped known a.csv`, `c.csv: refused CODE`. */
export function brief(outcomes: readonly FileOutcome[]): string[] {
  return outcomes.map((outcome) => {
    const { path } = outcome
    switch (outcome.outcome) {
      case 'loaded': {
        const { stored, rejected, duplicate, counts } = outcome.delivery
        const twice = duplicate > 0 ? `=${duplicate}` : ''
        return `${path}: loaded ${stored}+${rejected + counts.rejected}${twice}`
      }
      case 'skipped':
        return `${path}: skipped ${outcome.reason}${outcome.sameAs === path ? '' : ` ${outcome.sameAs}`}`
      case 'removed':
        return `${path}: removed ${outcome.sameAs}`
      case 'refused':
        return `${path}: refused ${outcome.error.code}`
      default:
        return outcome satisfies never
    }
  })
}

/** A query over the table as `t`. */
export async function query({ lake, context }: Loading, sql: string, table = 't'): Promise<(readonly Value[])[]> {
  const t = relationOf(lake, await readSnapshot(lake, table, {}, context))
  return collect(await lake.engine.run({ sql, from: { t } }, context))
}

/** The live rejects of the table, in the order of files and lines. */
export async function rejects({ lake, context }: Loading, table = 't'): Promise<Record<string, Value>[]> {
  const deliveries = await readDeliveries(lake, await readSnapshot(lake, table, {}, context), context)
  const rows = await rejectsRelation(lake, table, deliveries, context)
  return collectObjects(
    await lake.engine.run({ sql: 'SELECT * FROM r ORDER BY file, line', from: { r: rows } }, context),
  )
}
