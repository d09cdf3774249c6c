import type { z } from 'zod'
import { type ChartName, charts } from '../../src/charts/charts.ts'
import { dashboardShape, fileShape, filterShapes, tileKeys, tileShape } from '../../src/dashboards/file/shape.ts'
import { presets } from '../../src/dashboards/period.ts'
import { code, type Page, page, table } from './page.ts'
import { schemaPage } from './schema.ts'

const example = `title: Shop
filters:
  period: { type: period, column: event_time, default: last 24 hours }
  department: { type: list, column: department, multiple: true }
tabs:
  - title: General
    tiles:
      - { id: revenue, title: Revenue, chart: number, size: 3x2, value: revenue, format: money(USD), compare: previous_period,
          sql: SELECT sum(revenue) AS revenue FROM operations WHERE $period AND $department }
      - id: by_minute
        title: Operations by minute
        chart: line
        size: 9x4
        x: minute
        y: [operations]
        series: operation
        filter_columns: { period: minute }
        sql: SELECT minute, operation, operations FROM operations_by_minute WHERE $period`

function keys(shape: z.ZodObject, wanted: (key: string) => boolean = () => true): string {
  const rows = Object.entries(shape.shape).filter(([key]) => wanted(key))
  return table(
    ['key', 'takes'],
    rows.map(([key, own]) => {
      const type = own as z.ZodType
      return [`\`${key}\`${type.safeParse(undefined).success ? '' : ' (required)'}`, type.description ?? '']
    }),
  )
}

/** How dashboards are written. */
export function dashboardPage(): Page {
  const anyTile = tileShape('number')
  return page('dashboard.md', 'Dashboards', [
    'A file `dashboards/<name>.yaml` is a dashboard. A running server sees a change of it at once; what is wrong with a tile is told on that tile, and by `millrace doctor` and `millrace check`, with line and column. [dashboard.schema.json](dashboard.schema.json) is the JSON Schema.',
    code(example, 'yaml'),
    keys(dashboardShape),
    '## Filters',
    '`$name` in a tile’s SQL is a condition over the filter’s column, true when the filter is unset; values are bound, and never become SQL. `$name.start`, `$name.end` (timestamptz) and `$name.grain` (minute, hour, day or month, by the length of the span) are values of a period. A column that is a date is filtered by whole days of the project’s zone.',
    '### period',
    keys(filterShapes.period),
    `Offered first: ${presets.map((each) => `\`${each}\``).join(', ')}. Days, weeks (from Monday) and months are those of the project’s zone; \`2026-11-01/2026-11-07\` has the 7th in it. What goes on is of whole steps, and the one that is now is the last of them: \`last 24 hours\` is this hour and the 23 before it, \`last 7 days\` today and the six before, \`last 12 months\` this month and the eleven before; up to 6 hours, and minutes, are of minutes. A span that ends now ends with the minute. \`compare: previous_period\` compares with as much of as many steps before.`,
    '### list',
    keys(filterShapes.list),
    '## Tiles',
    keys(anyTile, (key) => tileKeys.includes(key)),
    'All tiles of a tab are answered at one position, by one query each, however many look at them; a tile is asked again when its last answer is ten times as old as it took.',
    ...(Object.keys(charts) as ChartName[]).flatMap((chart) => [
      `### ${chart}`,
      keys(tileShape(chart), (key) => !tileKeys.includes(key)),
    ]),
  ])
}

/** A dashboard as JSON Schema. */
export function dashboardSchema(): Page {
  return schemaPage('dashboard.schema.json', 'A Millrace dashboard', fileShape, {
    filters: 'name → filter',
    tabs: 'a list of tabs, each with a title and tiles',
  })
}
