import { z } from 'zod'
import { cartesian, filled, seriesOf } from '../cartesian.ts'
import { type Chart, type EChart, misfit } from '../chart.ts'
import { format } from '../format.ts'
import { linesOf } from '../lines.ts'
import { unfinishedOf } from '../unfinished.ts'

export const lineOptions = z.strictObject({
  x: z.string().min(1).describe('the column along the axis, mostly a time'),
  y: z.array(z.string().min(1)).min(1).describe('the columns whose values are drawn, each a number'),
  series: z.string().min(1).optional().describe('a column: one line for each of its values'),
  format: format.optional(),
  missing: z
    .enum(['zero', 'gap'])
    .optional()
    .describe('what is drawn of a series where only others have a row: zero (of counts and sums), or a gap (default)'),
})

type Options = z.infer<typeof lineOptions>

/** Values along a time: a line each. */
export const line: Chart<Options, EChart> = {
  name: 'line',
  options: lineOptions,
  fits: (columns, { x, y, series }) =>
    misfit(columns, [
      { channel: 'x', column: x },
      ...y.map((column) => ({ channel: 'y', column, numeric: true })),
      { channel: 'series', column: series },
    ]),
  arrange: ({ x, series }) => ({
    by: [x, series].flatMap((column) => (column === undefined ? [] : [{ column, order: 'ascending' as const }])),
    rows: 20_000,
  }),
  marks: ({ x, series }) => (series === undefined ? [x] : [x, series]),
  draw(data, options, look) {
    const series = filled(seriesOf(data, options, look), options.missing === 'zero' ? 0 : null)
    const unfinished = unfinishedOf(data, options.x, look)
    return {
      ...cartesian(data, options, look, { names: series.map(({ name }) => name), unfinished }),
      series: linesOf(series, unfinished, look, ({ points }) => ({
        width: points.length > 300 ? 1.5 : 2,
        sampling: 'lttb',
      })),
    }
  },
}
