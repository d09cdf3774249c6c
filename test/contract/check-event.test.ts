import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CheckedEvent, eventChecker, eventKeys } from '../../src/contract/check-event.ts'
import { type CheckOptions, checkSql } from '../../src/contract/check-sql.ts'
import { contentSql, idSql } from '../../src/contract/content-sql.ts'
import type { Contract } from '../../src/contract/contract.ts'
import { isNested } from '../../src/contract/forms.ts'
import { columnText } from '../../src/core/columns.ts'
import { contracts, eventsOf } from './check-event-gen.ts'

const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
await connection.run("SET TimeZone = 'UTC'")
const all = async (sql: string) =>
  (await connection.runAndReadAll(sql)).getRowObjectsJson() as unknown as readonly Readonly<Record<string, unknown>>[]

interface Loaded {
  readonly good: ReadonlyMap<number, Readonly<Record<string, unknown>>>
  readonly bad: ReadonlyMap<number, { readonly column: string | null; readonly code: string; readonly message: string }>
}

/** What the SQL of the contract makes of lines, each by its place. */
async function load(
  contract: Contract,
  lines: readonly (readonly [number, string])[],
  input: CheckOptions['input'],
): Promise<Loaded> {
  await connection.run('CREATE OR REPLACE TEMP TABLE raw (_row INTEGER, json VARCHAR)')
  const appender = await connection.createAppender('raw')
  for (const [row, line] of lines) {
    appender.appendInteger(row)
    appender.appendVarchar(line)
    appender.endRow()
  }
  appender.closeSync()
  const { good, bad } = checkSql(contract, { input, carry: ['_row'] })
  const id = contract.columns.find(({ name }) => name === contract.id)
  const rows = await all(
    `SELECT *, ${contentSql(contract)} AS _content, ${id ? idSql(id) : 'NULL'} AS _id FROM (${good})`,
  )
  const refused = await all(bad)
  return {
    good: new Map(rows.map(({ _row, ...row }) => [Number(_row), row])),
    bad: new Map(
      refused.map(({ _row, column, code, message }) => [
        Number(_row),
        { column: column as string | null, code: String(code), message: String(message) },
      ]),
    ),
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What JSON allows or bulk loading is not sure of, and one reader alone may not decide. */
const stricter = ['duplicate_key', 'reserved', 'nul_byte', 'too_deep']
const broken = ['bad_json', 'not_an_object', 'not_json']

async function holdEqual(contract: Contract, texts: readonly string[]): Promise<Record<string, number>> {
  const check = eventChecker(contract)
  const verdicts = texts.map((text): CheckedEvent => {
    const bytes = encoder.encode(`xx${text}yy`)
    const verdict = check(bytes, 2, bytes.length - 2)
    return verdict.kind === 'accepted' ? { ...verdict, payload: verdict.payload.slice() } : verdict
  })
  const keys = [...new Set(texts.flatMap(keysOf))]
  const bulk = await load(contract, [...texts.entries()], { kind: 'json', keys })
  const payloads = verdicts.flatMap((verdict, row): [number, string][] =>
    verdict.kind === 'accepted' ? [[row, decoder.decode(verdict.payload)]] : [],
  )
  const tail = await load(contract, payloads, { kind: 'json', keys: eventKeys(contract) })
  const simplePayloads = payloads.filter(([row]) => isSimple(verdicts[row]))
  const simple = await load(contract, simplePayloads, { kind: 'simple' })
  expect([...simple.bad.values()]).toEqual([])
  const tally: Record<string, number> = {}
  for (const [row, verdict] of verdicts.entries()) {
    const shown = `${JSON.stringify(texts[row])} in ${contract.columns.map((column) => `${column.name} ${columnText(column)} ${JSON.stringify(column)}`).join('; ')}, ${JSON.stringify({ ...contract, columns: undefined })}`
    const code = verdict.kind === 'accepted' ? 'accepted' : verdict.code
    tally[code] = (tally[code] ?? 0) + 1
    if (verdict.kind === 'accepted') {
      expect(bulk.bad.get(row), shown).toBeUndefined()
      expect(tail.bad.get(row), shown).toBeUndefined()
      expect(tail.good.get(row), shown).toEqual(bulk.good.get(row))
      if (isSimple(verdict)) {
        expect(simple.good.get(row), shown).toEqual(bulk.good.get(row))
        tally['simple'] = (tally['simple'] ?? 0) + 1
      }
      expectExtra(contract, decoder.decode(verdict.payload), tail.good.get(row)?.['extra'], shown)
      expect(
        { content: tail.good.get(row)?.['_content'], id: tail.good.get(row)?.['_id'] ?? undefined },
        shown,
      ).toEqual({
        content: contract.id === undefined ? tail.good.get(row)?.['_content'] : verdict.content,
        id: verdict.id,
      })
    } else if (broken.includes(verdict.code))
      expect(bulk.bad.get(row)?.code, `${shown} ${verdict.message}`).toBe('not_json')
    else if (!stricter.includes(verdict.code)) {
      const { column, code, message } = verdict
      const { message: said, ...other } = bulk.bad.get(row) ?? { message: '' }
      expect({ ...other }, shown).toEqual({ column, code })
      // what is wrong with a time depends on how much of it the engine's cast can read
      if (!/ date or time | timestamptz$|\(timestamptz\)$/.test(said)) expect(message, shown).toBe(said)
    }
  }
  return tally
}

function isSimple(verdict: CheckedEvent | undefined): boolean {
  return verdict?.kind === 'accepted' && verdict.simple
}

/** What no column takes is in `extra`: told without SQL where every column has a key of its own. */
function expectExtra(contract: Contract, payload: string, extra: unknown, shown: string): void {
  if (contract.unknown !== 'keep') return
  const { columns } = contract
  if (columns.some(({ from, type }) => from?.startsWith('$') || isNested(type))) return
  const given = Object.entries(JSON.parse(payload) as object)
  const left = given.filter(([key]) => !columns.some(({ name, from }) => key === (from ?? name)))
  expect(extra === null ? {} : JSON.parse(String(extra)), shown).toEqual(Object.fromEntries(left))
}

function keysOf(text: string): string[] {
  try {
    return Object.keys(JSON.parse(text.replace(/-?\b(?:nan|inf|infinity)\b/gi, 'null')) as object)
  } catch {
    return []
  }
}

test('two parsers, one meaning: what is accepted loads to the same values, what is refused is refused alike', async () => {
  const runs = Number(process.env['MILLRACE_RUNS'] ?? 40)
  const total: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(
      contracts.chain((contract) =>
        fc.tuple(fc.constant(contract), fc.array(eventsOf(contract), { minLength: 40, maxLength: 60 })),
      ),
      async ([contract, texts]) => {
        const tally = await holdEqual(contract, texts)
        for (const [code, count] of Object.entries(tally)) total[code] = (total[code] ?? 0) + count
      },
    ),
    { numRuns: runs, endOnFailure: true },
  )
  if (process.env['MILLRACE_TALLY']) console.log(total)
  const seen = [
    'accepted',
    'simple',
    'type',
    'not_null',
    'unknown_field',
    'bad_json',
    'duplicate_key',
    'reserved',
    'not_json',
  ]
  expect(seen.filter((code) => total[code] === undefined)).toEqual([])
}, 600_000)
