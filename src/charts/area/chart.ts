import { z } from 'zod'
import { cartesian, filled, seriesOf } from '../cartesian.ts'
import type { Chart, EChart } from '../chart.ts'
import { line, lineOptions } from '../line/chart.ts'

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
    return {
      ...cartesian(data, options, look, { names: series.map(({ name }) => name) }),
      series: series.map(({ name, points }) => ({
        id: name,
        name,
        type: 'line',
        data: points,
        showSymbol: points.length === 1,
        lineStyle: { width: stacked && series.length > 1 ? 1 : 2 },
        areaStyle: { opacity: stacked && series.length > 1 ? 0.55 : 0.16 },
        emphasis: { focus: 'series' },
        ...(stacked && { stack: 'all' }),
      })),
    }
  },
}
