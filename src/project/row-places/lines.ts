import { resolve } from 'node:path'
import { describeFile } from '../../connectors/files/glob.ts'
import { eventKeys } from '../../contract/check-event.ts'
import { checkSql } from '../../contract/check-sql.ts'
import type { Contract } from '../../contract/contract.ts'
import { parseColumn } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import { collect } from '../../engines/rows.ts'
import { raw, sql } from '../../sql/text.ts'
import type { LiveProject } from '../live.ts'
import type { OpenProject } from '../open.ts'
import type { Target } from '../parse.ts'
import { sourceRows } from '../source-rows.ts'
import { rowJson } from './row-json.ts'

/** Rows of a file that are typed at once. */
const together = 2000

/** Finds rows again in the file that they came from; each line is given once, in the order of the file. */
export async function linesIn(
  { project }: LiveProject,
  target: Target,
  path: string,
  wanted: readonly { readonly row: string }[],
  context: Context,
): Promise<(row: string) => number | null> {
  const { contract } = target
  const lines = new Map<string, number[]>(wanted.map(({ row }) => [row, []]))
  const { folder } = project.settings
  const file = await describeFile(resolve(folder, path), folder)
  if (!file) return () => null
  const needles = needlesOf(contract, wanted)
  let candidates: (readonly [string, bigint])[] = []
  const look = async () => {
    const rows = candidates
    candidates = []
    for (const [row, line] of await typed(project, target, rows, context)) lines.get(row)?.push(line)
  }
  for await (const rows of sourceRows(project.settings, target, file, context)) {
    for (const { json, line } of rows) {
      const text = json.toString()
      if (needles && !valuesOf(text).some((each) => needles.has(each))) continue
      candidates.push([text, BigInt(line)])
    }
    if (candidates.length >= together) await look()
    context.signal.throwIfAborted()
  }
  await look()
  return (row) => lines.get(row)?.shift() ?? null
}

/** Texts of which each wanted row has one, the longest; undefined where one has none: then every line may be it. */
function needlesOf({ columns, id }: Contract, wanted: readonly { readonly row: string }[]): Set<string> | undefined {
  // these are in a file as they are in the table
  const texts = columns.filter(({ name, type }) => name !== id && type.kind === 'varchar').map(({ name }) => name)
  const needles = new Set<string>()
  for (const { row } of wanted) {
    const values = JSON.parse(row) as Readonly<Record<string, unknown>>
    const own = texts.map((each) => values[each]).filter((each) => typeof each === 'string' && each !== '')
    const longest = (own as string[]).toSorted((a, b) => b.length - a.length)[0]
    if (longest === undefined) return undefined
    needles.add(longest)
  }
  return needles
}

function valuesOf(json: string): readonly string[] {
  try {
    return Object.values(JSON.parse(json) as object).map(String)
  } catch {
    // a line that is no record is among the rejects, not among the rows
    return []
  }
}

/** Lines as the rows that they were loaded as. */
async function typed(
  { lake, settings }: OpenProject,
  { name, contract }: Target,
  rows: readonly (readonly [string, bigint])[],
  context: Context,
): Promise<readonly (readonly [row: string, line: number])[]> {
  if (rows.length === 0) return []
  const files = [...settings.sources.values()].find(({ files }) => files.into === name)?.files
  const { nulls, timezone, decimal } = files ?? {}
  const { good } = checkSql(contract, {
    input: { kind: 'json', keys: eventKeys(contract) },
    carry: ['_line'],
    ...(nulls && { nulls }),
    ...(timezone !== undefined && { timezone }),
    ...(decimal && { decimal }),
  })
  const given = {
    kind: 'values',
    columns: [parseColumn('json', 'varchar'), parseColumn('_line', 'bigint')],
    rows,
  } as const
  const query = sql`SELECT ${rowJson(contract)} AS row, _line FROM (${raw(good)}\n) ORDER BY _line`
  const found = await collect(await lake.engine.run({ sql: query.text, from: { raw: given } }, context))
  return found.map(([row, line]) => [String(row), Number(line)])
}
