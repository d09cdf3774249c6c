import type { TileView } from '../../../src/api/dashboards.ts'
import { labelOf, reader, type TileData } from '../../../src/charts/chart.ts'
import { isTime, wallClock } from '../../../src/charts/time.ts'

/** What was pressed in a chart, as ECharts tells it. */
export interface Pressed {
  readonly seriesName?: string
  readonly name?: string
  readonly value?: unknown
  /** Of a treemap: the rectangles from the outermost on. */
  readonly path?: readonly string[]
}

/** Column → its value in the row of the mark. */
export type Mark = Readonly<Record<string, string | number | boolean | null>>

/** The mark that was pressed; undefined where it is no single one, as the rest of a pie. */
export function markOf(
  { chart, options, marks }: Pick<TileView, 'chart' | 'options' | 'marks'>,
  data: TileData,
  pressed: Pressed,
  timezone: string,
): Mark | undefined {
  const columns = chart === 'treemap' ? marks.slice(0, pressed.path?.length ?? 0) : marks
  const reads = columns.map((column) => ({ column, read: reader(data, column) }))
  if (reads.length === 0) return undefined
  const isIt = testOf({ chart, options, columns }, data, pressed, timezone)
  const row = data.rows.find((each) =>
    isIt(
      reads.map(({ read }) => read(each)),
      each,
    ),
  )
  if (!row) return undefined
  return Object.fromEntries(reads.map(({ column, read }) => [column, read(row) as Mark[string]]))
}

type Test = (marks: readonly unknown[], row: readonly unknown[]) => boolean

function testOf(
  { chart, options, columns }: Pick<TileView, 'chart' | 'options'> & { readonly columns: readonly string[] },
  data: TileData,
  { seriesName, name, value, path = [] }: Pressed,
  timezone: string,
): Test {
  if (chart === 'treemap') return (found) => found.every((each, at) => labelOf(each) === path[at])
  if (chart === 'pie') return ([found]) => labelOf(found) === name
  const [x = '', series] = columns
  const type = data.columns.find((each) => each.name === x)?.type ?? ''
  const clock = isTime(type) ? wallClock(timezone) : labelOf
  const [first, second] = Array.isArray(value) ? value : [name]
  const place = options['horizontal'] === true ? second : first
  // several columns of values are told apart behind a comma
  const isSeries = (found: unknown) => {
    const label = labelOf(found)
    return label === seriesName || seriesName?.startsWith(`${label}, `) === true
  }
  return ([at, split]) => clock(at) === place && (series === undefined || isSeries(split))
}
