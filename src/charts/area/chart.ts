import { z } from 'zod'
import { cartesian, filled, seriesOf } from '../cartesian.ts'
import type { Chart, EChart } from '../chart.ts'
import { line, lineOptions } from '../line/chart.ts'
import { linesOf } from '../lines.ts'
import { unfinishedOf } from '../unfinished.ts'

const areaOptions = lineOptions.omit({ missing: true }).extend({
  stacked: z.boolean().optional().describe('true (default): the areas stand on each other, and their top is the sum'),
})

type Options = z.infer<typeof areaOptions>

/** Values along a time, filled: parts of a sum that changes. */
export const area: Chart<Options, EChart> = {
  ...line,
  name: 'area',
  options: areaOptions,
  draw(data, options, look) {
    const { stacked = true } = options
    const found = seriesOf(data, options, look)
    const series = stacked ? filled(found) : found
    const isPile = stacked && series.length > 1
    const unfinished = unfinishedOf(data, options.x, look)
    const style = { width: isPile ? 1 : 2, fill: isPile ? 0.55 : 0.16, stacked }
    return {
      ...cartesian(data, options, look, { names: series.map(({ name }) => name), unfinished }),
      series: linesOf(series, unfinished, look, () => style),
    }
  },
}
