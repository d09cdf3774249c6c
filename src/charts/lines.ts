import type { Series } from './cartesian.ts'
import type { EChart, Look } from './chart.ts'
import { colourOf, paletteOf } from './palette.ts'
import type { Unfinished } from './unfinished.ts'

interface LineStyle {
  readonly width: number
  /** Of the area below it. */
  readonly fill?: number
  /** They stand on each other. */
  readonly stacked?: boolean
  readonly sampling?: 'lttb'
}

/** A line each. The stretch to what is not over is dashed: it is no fall. */
export function linesOf(
  series: readonly Series[],
  unfinished: Unfinished | undefined,
  look: Look,
  styleOf: (one: Series) => LineStyle,
): readonly EChart[] {
  const palette = paletteOf(look)
  const whole = series.map((one) => {
    const { width, fill, stacked, sampling } = styleOf(one)
    const last = one.points.at(-1)
    return {
      id: one.name,
      name: one.name,
      type: 'line',
      // a point without a place ends the line before the last, which is there to be pointed at
      data: isAt(last, unfinished) ? [...one.points.slice(0, -1), [null, null], last] : one.points,
      showSymbol: one.points.length === 1,
      symbolSize: 6,
      ...(sampling && { sampling }),
      lineStyle: { width },
      ...(fill !== undefined && { areaStyle: { opacity: fill } }),
      emphasis: { focus: 'series' },
      ...(stacked && { stack: 'all' }),
    }
  })
  const dashed = series.flatMap((one, at) => {
    const { width, fill, stacked } = styleOf(one)
    const [before, last] = one.points.slice(-2)
    if (!before || !last || !isAt(last, unfinished)) return []
    const color = colourOf(palette, at)
    return {
      name: one.name,
      type: 'line',
      data: [{ value: before, symbol: 'none' }, last],
      showSymbol: !stacked || series.length === 1,
      symbolSize: 5,
      silent: true,
      tooltip: { show: false },
      lineStyle: { width, color, type: [3, 3] },
      itemStyle: { color },
      ...(fill !== undefined && { areaStyle: { opacity: fill / 3, color } }),
      ...(stacked && { stack: 'unfinished' }),
    }
  })
  return [...whole, ...dashed]
}

function isAt(point: Series['points'][number] | undefined, unfinished: Unfinished | undefined): boolean {
  return unfinished !== undefined && point?.[0] === unfinished.at
}
