import type { TestRow } from '../api/tests.ts'
import { type Columns, parseColumn, typeText } from '../core/columns.ts'
import { stringifyExact } from '../core/json.ts'
import type { Value } from '../core/values.ts'
import type { Relation } from '../engines/relation.ts'
import type { ModelGraph } from '../models/model.ts'
import { selectModels } from '../models/select.ts'
import type { CaseResult } from '../models/test.ts'
import { faultOf } from './fault-of.ts'
import type { TestBook, TestRecord } from './test-book.ts'

/** Rows that are remembered of one test, and characters of one value. */
const most = { rows: 100, characters: 1_000 }

type Difference = CaseResult['differences'][number]

/** What is remembered of a test that has been run; `over`: see `overOf`. */
export function recordOf(
  { test, columns, differences, error, elapsedMs }: CaseResult,
  { run, over, nowMs }: { readonly run: string; readonly over: string; readonly nowMs: number },
): TestRecord {
  const rows = differences.flatMap(rowsOf)
  return {
    run,
    model: test.model,
    test: test.name,
    file: test.file,
    digest: test.digest,
    over,
    at: new Date(nowMs).toISOString(),
    outcome: error ? 'error' : differences.length > 0 ? 'failed' : 'passed',
    elapsed_ms: Math.round(elapsedMs),
    differences: differences.length,
    columns: columns.map(({ name, type }) => ({ name, type: typeText(type) })),
    rows: rows.slice(0, most.rows),
    rows_left_out: Math.max(0, rows.length - most.rows),
    error: error ? faultOf(error) : null,
  }
}

/** What a model's tests run over: its own text, and those of the models that it is made from. */
export function overOf(graph: ModelGraph, model: string): string {
  const below = selectModels({ graph }, [`+${model}`])
  return below.map(({ name, fingerprint }) => `${name} ${fingerprint}`).join(', ')
}

function rowsOf(difference: Difference): readonly TestRow[] {
  switch (difference.kind) {
    case 'missing':
      return [rowOf('missing', difference.line, difference.expected)]
    case 'extra':
      return [rowOf('extra', null, difference.got)]
    case 'changed':
    case 'moved': {
      const { line, expected, got } = difference
      const cells = difference.kind === 'changed' ? difference.cells : []
      return [rowOf('expected', line, expected, cells), rowOf('got', null, got, cells)]
    }
    default:
      return difference satisfies never
  }
}

function rowOf(what: TestRow['what'], line: number | null, row: readonly Value[], cells: readonly number[] = []) {
  return { what, line, values: row.map(shown), differs: [...cells] }
}

function shown(value: Value): TestRow['values'][number] {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Uint8Array) return short(Buffer.from(value).toString('hex'))
  return short(typeof value === 'object' ? stringifyExact(value) : String(value))
}

function short(text: string): string {
  return text.length > most.characters ? `${text.slice(0, most.characters)}…` : text
}

const columns: Columns = [
  parseColumn('run', 'varchar not null'),
  parseColumn('model', 'varchar not null'),
  parseColumn('test', 'varchar not null'),
  parseColumn('file', 'varchar not null'),
  parseColumn('tested_at', 'timestamptz not null'),
  // passed | failed | error
  parseColumn('outcome', 'varchar not null'),
  // rows that were missing, too many, or others
  parseColumn('differences', 'bigint not null'),
  parseColumn('elapsed_ms', 'bigint not null'),
  // of an error
  parseColumn('code', 'varchar'),
  parseColumn('message', 'varchar'),
]

/** What became of the models' tests, a row a test and run. */
export function testsRelation(book: TestBook): Relation {
  const rows = book.list().map((record): readonly Value[] => {
    const { run, model, test, file, at, outcome, differences, elapsed_ms: ms, error } = record
    const counts = [BigInt(differences), BigInt(ms)]
    return [run, model, test, file, at, outcome, ...counts, error?.code ?? null, error?.message ?? null]
  })
  return { kind: 'values', columns, rows }
}
