import { z } from 'zod'
import { type ChartName, charts } from '../../charts/charts.ts'

const column = z.string().min(1)
/** A word of SQL after `$`, of a URL, and of an element of a page. */
const word = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/)

const filterBase = {
  title: z.string().min(1).optional().describe('what stands beside it'),
  column: column.describe('the column that it filters by'),
}

const periodShape = z.strictObject({
  type: z.literal('period').describe('a span of time'),
  ...filterBase,
  default: z
    .string()
    .default('last 24 hours')
    .describe('last 15 minutes, last 24 hours, last 7 days, today, yesterday, this month, all time, or FROM/TO'),
})

const listShape = z.strictObject({
  type: z.literal('list').describe('some of the values of a column'),
  ...filterBase,
  multiple: z.boolean().default(false).describe('true: several values at once'),
  default: z.array(z.string()).default([]).describe('the values at first: a list; all without it'),
  from: z.string().min(1).optional().describe('the table whose values are offered; that of the first tile without it'),
})

/** The kinds of filters by the name that `type` gives. */
export const filterShapes = { period: periodShape, list: listShape } as const

export const dashboardShape = z.strictObject({
  title: z.string().min(1).describe('the name of the dashboard, a text'),
  description: z.string().optional().describe('what it is for, a text'),
  filters: z.record(word, z.unknown()).default({}).describe('name → filter: { period: { type: period, column: … } }'),
  tabs: z
    .array(
      z.strictObject({
        title: z.string().min(1).describe('the name of the tab, a text'),
        tiles: z.array(z.unknown()).min(1).describe('a list of tiles'),
      }),
    )
    .min(1)
    .describe('a list of tabs, each with a title and tiles'),
})

const size = z.string().regex(/^(?:[1-9]|1[0-2])x(?:[1-9]|1\d|20)$/)

const tileBase = z.strictObject({
  id: word.describe('a name of its own: small letters, digits and _'),
  title: z.string().min(1).describe('what stands above it, a text'),
  description: z.string().optional().describe('what a reader should know of it, a text'),
  chart: z.enum(Object.keys(charts) as ChartName[]).describe('the kind of chart'),
  size: size.default('4x4').describe('columns of the grid, of 12, and rows: 3x2'),
  sql: z.string().min(1).describe('one SELECT over tables and models; $name stands for the condition of a filter'),
  filter_columns: z
    .record(word, column)
    .default({})
    .describe('filter → the column that it stands for here, where it is another'),
})

/** The keys that every tile has, before its chart is known. */
export const anyTileShape = tileBase.loose()

export type TileKeys = z.infer<typeof tileBase>

export function tileShape(chart: ChartName): z.ZodObject {
  return tileBase.extend({ ...charts[chart].options.shape, chart: z.literal(chart).describe('the kind of chart') })
}

/** The keys of a tile that are not its chart's. */
export const tileKeys: readonly string[] = Object.keys(tileBase.shape)

/** A whole file at once, as JSON Schema tells it; it is read part by part, so that one fault leaves the rest. */
export const fileShape = dashboardShape.extend({
  filters: z.record(word, z.discriminatedUnion('type', [periodShape, listShape])).optional(),
  tabs: z
    .array(
      z.strictObject({
        title: z.string().min(1),
        tiles: z.array(z.union((Object.keys(charts) as ChartName[]).map((chart) => tileShape(chart)))).min(1),
      }),
    )
    .min(1),
})
