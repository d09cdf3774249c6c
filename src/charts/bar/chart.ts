import { z } from 'zod'
import { cartesian, filled, seriesOf } from '../cartesian.ts'
import type { Chart, EChart, Look } from '../chart.ts'
import { line, lineOptions } from '../line/chart.ts'
import { paletteOf } from '../palette.ts'
import { unfinishedOf } from '../unfinished.ts'

const barOptions = lineOptions.omit({ missing: true }).extend({
  stacked: z.boolean().optional().describe('true (default): the values of one x stand on each other'),
  horizontal: z.boolean().optional().describe('true: bars lie, and their names have room'),
})

type Options = z.infer<typeof barOptions>

/** Values side by side: a bar each, in the order of the rows. */
export const bar: Chart<Options, EChart> = {
  ...line,
  name: 'bar',
  options: barOptions,
  // the order of bars is the SELECT's
  arrange: () => ({ by: [], rows: 2000 }),
  draw(data, options, look) {
    const { stacked = true, horizontal = false } = options
    const series = filled(seriesOf(data, options, look))
    const isAlone = !stacked || series.length === 1
    const unfinished = unfinishedOf(data, options.x, look)
    const round = horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0]
    return {
      ...cartesian(data, options, look, {
        names: series.map(({ name }) => name),
        unfinished,
        flip: horizontal,
        shadow: true,
      }),
      series: series.map(({ name, points }) => ({
        id: name,
        name,
        type: 'bar',
        data: points.map(([x, y]) => {
          const value = horizontal ? [y, x] : [x, y]
          return x === unfinished?.at ? { value, itemStyle: { decal: hatching(look) } } : value
        }),
        barMaxWidth: 28,
        itemStyle: { borderRadius: isAlone ? round : 0 },
        emphasis: { focus: 'series' },
        ...(stacked && { stack: 'all' }),
      })),
    }
  },
}

/** What lies over a bar of what is not over: stripes of the tile's own colour. */
function hatching(look: Look): EChart {
  return {
    symbol: 'rect',
    symbolSize: 1,
    color: paletteOf(look).surface,
    dashArrayX: [1, 0],
    dashArrayY: [3, 4],
    rotation: -Math.PI / 4,
  }
}
