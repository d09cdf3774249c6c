import { typeText } from '../../../core/columns.ts'
import type { Value } from '../../../core/values.ts'
import type { CaseResult } from '../../../models/test.ts'
import { unitText } from '../../output/values.ts'
import type { Session } from '../../session.ts'

type Difference = CaseResult['differences'][number]

/** Rows that are shown of one test; programs get all. */
const mostRows = 40

/** From this many columns on, those that differ come first: a terminal has room for some. */
const manyColumns = 6

/** Prints what became of a test. */
export async function showResult({ output, progress }: Session, result: CaseResult): Promise<void> {
  const { test, differences, error, elapsedMs } = result
  const passed = differences.length === 0 && error === undefined
  progress.clear()
  if (output.style === 'data') {
    await output.data({
      model: test.model,
      test: test.name,
      file: test.file,
      outcome: passed ? 'passed' : 'failed',
      elapsed_ms: elapsedMs,
      ...(error && { code: error.code, message: error.message }),
      differences: differences.map((difference) => asData(difference, result)),
    })
    return
  }
  await output.verdict(passed, `${test.model}: ${test.name}`, passed ? unitText(elapsedMs, 'ms') : test.file)
  if (error) await output.say(`  ${error.message}\n`)
  if (differences.length > 0) await showDifferences({ output }, result)
}

function asData(difference: Difference, { columns }: CaseResult): Readonly<Record<string, Value>> {
  const { kind } = difference
  const row = (values: readonly Value[]) =>
    Object.fromEntries(columns.map(({ name }, at) => [name, values[at] as Value]))
  return {
    kind,
    ...('line' in difference && { line: difference.line }),
    ...('cells' in difference && { columns: difference.cells.map((at) => columns[at]?.name ?? '') }),
    ...('expected' in difference && { expected: row(difference.expected) }),
    ...('got' in difference && { got: row(difference.got) }),
  }
}

/** A line of the table: what it is, where it stands in the test, its cells. */
type Line = readonly [string, number | null, readonly Value[]]

async function showDifferences({ output }: Pick<Session, 'output'>, result: CaseResult): Promise<void> {
  const { columns, differences } = result
  const order = shown(result)
  const lines = differences.flatMap(linesOf)
  const good = ['missing', 'expected']
  await output.table(
    [
      { name: 'row', title: '' },
      { name: 'line', unit: 'count', absent: '' },
      ...order.map((at) => ({ name: columns[at]?.name ?? '', type: columns[at] ? typeText(columns[at].type) : '' })),
    ],
    lines.slice(0, mostRows).map(([what, line, cells]) => [what, line, ...order.map((at) => cells[at] as Value)]),
    ([what]) => (good.includes(String(what)) ? 'good' : 'bad'),
  )
  if (lines.length > mostRows) await output.say(`… ${unitText(lines.length - mostRows, 'count')} more (--json has all)`)
  if (order.length < columns.length)
    await output.say(`The other ${unitText(columns.length - order.length, 'count')} columns are as expected.`)
  if (differences.some(({ kind }) => kind === 'moved'))
    await output.say('The rows are those that were expected, in another order; the model orders them.')
  await output.say()
}

/** Of a row that changed only the cells that are others stand in the second line. */
function linesOf(difference: Difference): readonly Line[] {
  switch (difference.kind) {
    case 'missing':
      return [['missing', difference.line, difference.expected]]
    case 'extra':
      return [['extra', null, difference.got]]
    case 'moved':
      return [
        ['expected', difference.line, difference.expected],
        ['got', null, difference.got],
      ]
    case 'changed':
      return [
        ['expected', difference.line, difference.expected],
        ['got', null, difference.got.map((value, at) => (difference.cells.includes(at) ? value : '·'))],
      ]
    default:
      return difference satisfies never
  }
}

/** The places of the columns that are shown: of wide rows that changed, those that tell them apart and the changed ones. */
function shown({ columns, differences }: CaseResult): readonly number[] {
  const places = columns.map((_, at) => at)
  const changed = new Set(differences.flatMap((difference) => ('cells' in difference ? difference.cells : [])))
  if (columns.length < manyColumns || changed.size === 0) return places
  if (differences.every(({ kind }) => kind === 'changed')) return places.filter((at) => at < 2 || changed.has(at))
  const rank = (at: number) => (at < 2 ? 0 : changed.has(at) ? 1 : 2)
  return places.toSorted((a, b) => rank(a) - rank(b) || a - b)
}
