import { type EChart, type Look, labelOf, numberOf, reader, type TileData } from './chart.ts'
import { formatter } from './format.ts'
import { colourOf, fontFamily, paletteOf } from './palette.ts'
import { isTime, timeLabel, wallClock } from './time.ts'
import type { Unfinished } from './unfinished.ts'

/** The channels of charts with two axes. */
export interface Channels {
  readonly x: string
  readonly y: readonly string[]
  readonly series?: string | undefined
  readonly format?: string | undefined
}

type Point = readonly [x: number | string, y: number | null]

export interface Series {
  readonly name: string
  readonly points: readonly Point[]
}

/** The rows as one series a value of `series`, or a column of `y`; points in the order of the rows. */
export function seriesOf(data: TileData, channels: Channels, look: Look): readonly Series[] {
  const { x, y, series } = channels
  const type = data.columns.find(({ name }) => name === x)?.type ?? ''
  const clock = wallClock(look.timezone)
  const own = reader(data, x)
  const place = isTime(type)
    ? (row: readonly unknown[]) => clock(own(row))
    : (row: readonly unknown[]) => labelOf(own(row))
  const named = new Map<string, Point[]>()
  const split = series === undefined ? undefined : reader(data, series)
  for (const column of y) {
    const value = reader(data, column)
    for (const row of data.rows) {
      const at = place(row)
      if (at === null) continue
      const group = split ? labelOf(split(row)) : ''
      const name = split ? (y.length > 1 ? `${group}, ${wordsOf(column)}` : group) : wordsOf(column)
      const points = named.get(name) ?? []
      points.push([at, numberOf(value(row))])
      named.set(name, points)
    }
  }
  const found = [...named].map(([name, points]) => ({ name, points }))
  // those of `y` as they were named; those of a column by their names, so that each keeps its colour
  return split ? found.sort((a, b) => (a.name < b.name ? -1 : 1)) : found
}

/** Every series with a value at each x that one of them has: 0, or a gap, where it has no row. */
export function filled(series: readonly Series[], missing: 0 | null = 0): readonly Series[] {
  const places = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))]
  if (places.every((place) => typeof place === 'number')) places.sort((a, b) => Number(a) - Number(b))
  return series.map(({ name, points }) => {
    const known = new Map(points)
    return { name, points: places.map((x): Point => [x, known.get(x) ?? missing]) }
  })
}

/** `revenue_usd` → `Revenue usd`. */
export function wordsOf(column: string): string {
  const words = column.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What stands at the marks of a time axis, by what begins there. */
const timeMarks = {
  year: '{yyyy}',
  month: '{MMM} {yyyy}',
  day: '{d} {MMM}',
  hour: '{HH}:{mm}',
  minute: '{HH}:{mm}',
  second: '{HH}:{mm}:{ss}',
  millisecond: '{HH}:{mm}:{ss}',
}

/** What charts with two axes have in common. */
export function cartesian(
  data: TileData,
  { x, format }: Channels,
  look: Look,
  {
    names,
    unfinished,
    flip = false,
    shadow = false,
  }: { names: readonly string[]; unfinished: Unfinished | undefined; flip?: boolean; shadow?: boolean },
): EChart {
  const palette = paletteOf(look)
  const type = data.columns.find(({ name }) => name === x)?.type ?? ''
  const onTime = isTime(type)
  const full = formatter(format, 'full', look.locale)
  const short = formatter(format, 'short', look.locale)
  const label = { color: palette.quiet, fontFamily, fontSize: 11 }
  const values = {
    type: 'value',
    axisLabel: { ...label, formatter: (value: number) => short(value) },
    splitLine: { lineStyle: { color: palette.line } },
    splitNumber: 4,
  }
  const time = timeLabel(look.locale, type !== 'date')
  const places = {
    type: onTime ? 'time' : 'category',
    axisLabel: {
      ...label,
      hideOverlap: true,
      ...(flip && { width: 110, overflow: 'truncate' }),
      ...(onTime && { formatter: timeMarks }),
    },
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisPointer: onTime
      ? {
          label: {
            formatter: ({ value }: { value: number }) => (value === unfinished?.at ? unfinished.text : time(value)),
          },
        }
      : {},
    ...(flip && { inverse: true }),
  }
  const hasLegend = names.length > 1
  return {
    useUTC: true,
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily, color: palette.ink },
    color: names.map((_, at) => colourOf(palette, at)),
    grid: {
      left: 4,
      right: 12,
      top: hasLegend ? 32 : 12,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    legend: hasLegend
      ? {
          type: 'scroll',
          top: 0,
          left: 0,
          icon: 'roundRect',
          itemWidth: 10,
          itemHeight: 10,
          textStyle: { ...label, fontSize: 12 },
          pageTextStyle: label,
          pageIconColor: palette.quiet,
          pageIconInactiveColor: palette.line,
        }
      : { show: false },
    xAxis: flip ? values : places,
    yAxis: flip ? places : values,
    tooltip: {
      ...tooltip(look),
      trigger: 'axis',
      axisPointer: { type: shadow ? 'shadow' : 'line', lineStyle: { color: palette.quiet } },
      valueFormatter: (value: unknown) => full(numberOf(value)),
    },
  }
}

/** Drawn, not written as HTML: what rows hold is never markup, and a page's policy needs no styles in it. */
export function tooltip(look: Look): EChart {
  const { surface, line, ink } = paletteOf(look)
  return {
    renderMode: 'richText',
    confine: true,
    backgroundColor: surface,
    borderColor: line,
    textStyle: { color: ink, fontFamily, fontSize: 12 },
  }
}
