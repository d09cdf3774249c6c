import { z } from 'zod'
import { failingBuild } from './failing-builds.ts'
import { queryAnswer } from './query.ts'

const texts = z.array(z.string())

export const dashboardFault = z.strictObject({
  code: z.string().describe('stable; what programs look at'),
  message: z.string().describe('with line and column of the file, where it is about it'),
  hint: z.string().describe('what to do about it'),
})

export type DashboardFault = Readonly<z.infer<typeof dashboardFault>>

export const dashboardsAnswer = z.strictObject({
  dashboards: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      file: z.string(),
      description: z.string().nullable(),
      tabs: z.array(z.strictObject({ id: z.string(), title: z.string(), tiles: z.number().int() })),
      faults: z.array(dashboardFault).describe('what is wrong with its file; tiles without faults are answered'),
    }),
  ),
})

export type DashboardsAnswer = Readonly<z.infer<typeof dashboardsAnswer>>

export const filterView = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('period'),
    name: z.string(),
    title: z.string(),
    column: z.string(),
    default: z.string(),
    presets: texts.describe('what is offered first; any `last 90 minutes` and `FROM/TO` will do'),
  }),
  z.strictObject({
    type: z.literal('list'),
    name: z.string(),
    title: z.string(),
    column: z.string(),
    multiple: z.boolean(),
    default: texts.describe('empty: all'),
  }),
])

export type FilterView = Readonly<z.infer<typeof filterView>>

export const tileView = z.strictObject({
  id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  chart: z.enum(['number', 'line', 'area', 'bar', 'treemap', 'pie', 'table']),
  width: z.number().int().describe('columns of the grid, of 12'),
  height: z.number().int().describe('rows of the grid'),
  options: z.record(z.string(), z.unknown()).describe('what `draw` of the chart takes'),
  sql: z.string().describe('as it is written, with $name for filters'),
  filters: texts.describe('the filters that it heeds'),
  reads: texts.describe('the tables and streams that it is made from: when they advance, its answer may be another'),
  marks: texts.describe('the columns that tell one mark from another'),
  file: z.string().describe('where it is written: dashboards/shop.yaml:12:7'),
  fault: dashboardFault.nullable(),
  failing: z
    .array(failingBuild)
    .describe('the models that it is made from that could not be built; its rows are as its position says'),
})

export type TileView = Readonly<z.infer<typeof tileView>>

export const dashboardAnswer = z.strictObject({
  name: z.string(),
  title: z.string(),
  file: z.string(),
  description: z.string().nullable(),
  timezone: z.string().describe('in which periods are meant and times are told'),
  filters: z.array(filterView),
  tabs: z.array(z.strictObject({ id: z.string(), title: z.string(), tiles: z.array(tileView) })),
  fault: dashboardFault.nullable().describe('what is wrong with the file as a whole; then it has no tabs'),
})

export type DashboardAnswer = Readonly<z.infer<typeof dashboardAnswer>>

const filterValues = z
  .record(z.string(), z.union([z.string(), z.array(z.string()).max(500)]))
  .default({})
  .describe('filter → a period in words, or values; one that is not given has its default')

export const tabRequest = z.strictObject({ filters: filterValues })

export type TabRequest = Readonly<z.input<typeof tabRequest>>

export const drillRequest = z.strictObject({
  filters: filterValues,
  mark: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .default({})
    .describe('a column of `marks` → its value in the row of the mark; empty: all rows behind the tile'),
  limit: z.number().int().min(1).max(10_000).default(200).describe('rows'),
  id: z.string().min(1).max(200).optional().describe('only what was made from the event of this id'),
  lines: z
    .boolean()
    .default(false)
    .describe('also the line of each row in its file, which is read again, and the offset in the log'),
})

export type DrillRequest = Readonly<z.input<typeof drillRequest>>

const rowPlace = z.strictObject({
  table: z.string().describe('the stream or table that it is of'),
  file: z.string().nullable().describe('the file that it was loaded from'),
  line: z
    .number()
    .int()
    .nullable()
    .describe('its line there, where `lines` asked for it; null where it is not to be found'),
  id: z.string().nullable().describe('of an event: its id'),
  offset: z
    .string()
    .nullable()
    .describe('of an event: its offset, where `lines` asked for it and the log still has it'),
})

export type RowPlace = Readonly<z.infer<typeof rowPlace>>

export const drillAnswer = queryAnswer.omit({ unfinished: true }).extend({
  of: z
    .enum(['source', 'answer'])
    .describe('`source`: rows of what the tile reads; `answer`: rows of its own SELECT, where that hides them'),
  sql: z.string().describe('what was asked'),
  hidden: z.array(z.string()).describe('columns of personal data, whose values whoever asks may not see'),
  places: z
    .array(rowPlace)
    .nullable()
    .describe('where each row came from, in the order of `rows`; null where models join or group what they read'),
})

export type DrillAnswer = Readonly<z.infer<typeof drillAnswer>>

export const filterValuesAnswer = z.strictObject({
  values: z.array(z.strictObject({ value: z.string(), rows: z.string() })).describe('those of most rows first'),
  truncated: z.boolean().describe('there are more'),
})

export type FilterValuesAnswer = Readonly<z.infer<typeof filterValuesAnswer>>

/** As `/v1/query` tells it; offsets as text. */
const position = queryAnswer.shape.position.extend({
  offsets: z.record(z.string(), z.string()).describe('stream → the offset before which it has all'),
})

export const tileAnswer = z.strictObject({
  columns: queryAnswer.shape.columns,
  rows: z.array(z.array(z.unknown())).describe('each in the order of `columns`; bigint and decimal as text'),
  previous: z.array(z.array(z.unknown())).nullable().describe('the rows of the period before, where it compares'),
  unfinished: z
    .string()
    .nullable()
    .describe(
      'the value of the chart’s `x` whose minute, hour or day was not over at the position: its rows are those so far; null where `x` is not a time that is rounded down',
    ),
  truncated: z.boolean(),
  elapsed_ms: z.number().describe('what its query took when it was run'),
  asked_at: z.string().describe('when its query was run; its rows are the same at the position of this answer'),
})

export type TileAnswer = Readonly<z.infer<typeof tileAnswer>>

export const tabAnswer = z.strictObject({
  at: z.string().describe('the server’s time at which its position was taken'),
  position: position.describe('what all tiles of this answer were computed from'),
  tiles: z
    .record(z.string(), z.union([tileAnswer, z.strictObject({ error: dashboardFault })]))
    .describe('by their ids'),
  next_after_ms: z.number().describe('asked again sooner, it waits: a tile takes a tenth of a core at most'),
})

export type TabAnswer = Readonly<z.infer<typeof tabAnswer>>
