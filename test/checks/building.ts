import { parseChecks } from '../../src/checks/check.ts'
import { inspectChecks } from '../../src/checks/inspect.ts'
import type { Subject, Verdict } from '../../src/checks/judge.ts'
import { resultsRelation } from '../../src/checks/results.ts'
import type { Context } from '../../src/core/context.ts'
import { isError } from '../../src/core/errors.ts'
import type { Value } from '../../src/core/values.ts'
import { collect } from '../../src/engines/rows.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { settle } from '../../src/lake/settle.ts'
import { readSnapshot, type Snapshot, tableExists } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { columns } from '../engines/harness.ts'

const own = columns({ id: 'bigint', kind: 'varchar' })
const app = 'millrace/build'

export function subject(block: unknown, table = 't'): Subject {
  return { table, columns: own, checks: parseChecks(block).checks }
}

/** A table that is built by appending to it: its checks are judged before each commit. */
export async function build(
  lake: Lake,
  block: unknown,
  { n, rows }: { readonly n: bigint; readonly rows: readonly (readonly Value[])[] },
  context: Context,
): Promise<readonly Verdict[]> {
  if (!(await tableExists(lake, 't', context))) await make(lake, context)
  const snapshot = await readSnapshot(lake, 't', {}, context)
  if (builtOf(snapshot) >= n) {
    await settle(lake, snapshot, context)
    return []
  }
  const staged = { kind: 'values', columns: own, rows } as const
  const after = { kind: 'union', of: [relationOf(lake, snapshot), staged] } as const
  const ground = { staged, after, reference: () => Promise.reject(new Error('no references here')) }
  const inspected = { ...ground, build: n, version: snapshot.version }
  const verdicts = await inspectChecks(lake, subject(block), inspected, context)
  const query = { sql: 'SELECT * FROM staged', from: { staged } }
  await append(lake, 't', query, { txns: [{ appId: app, version: n }] }, context)
  return verdicts
}

async function make(lake: Lake, context: Context): Promise<void> {
  try {
    await createTable(lake, 't', { columns: own }, context)
  } catch (error) {
    if (!isError(error, 'TABLE_EXISTS')) throw error
  }
}

export function builtOf(snapshot: Snapshot): bigint {
  return snapshot.txns.get(app) ?? 0n
}

/** What is known of the table's checks, the oldest first, in the columns that are asked for. */
export async function results(lake: Lake, select: string, context: Context): Promise<(readonly Value[])[]> {
  const built = (await tableExists(lake, 't', context)) ? builtOf(await readSnapshot(lake, 't', {}, context)) : 0n
  const from = { results: await resultsRelation(lake, 't', built, context) }
  return collect(
    await lake.engine.run(
      { sql: `SELECT ${select} FROM results ${/count\(/.test(select) ? 'GROUP BY ALL ' : ''}ORDER BY ALL`, from },
      context,
    ),
  )
}
