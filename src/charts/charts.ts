import { area } from './area/chart.ts'
import { bar } from './bar/chart.ts'
import type { Chart } from './chart.ts'
import { line } from './line/chart.ts'
import { number } from './number/chart.ts'
import { pie } from './pie/chart.ts'
import { table } from './table/chart.ts'
import { treemap } from './treemap/chart.ts'

/** Every kind of chart by the name that tiles give. */
export const charts = { number, line, area, bar, treemap, pie, table } as const

export type ChartName = keyof typeof charts

/** The chart of a tile whose options its schema has read. */
export function chartOf(name: ChartName): Chart<unknown, unknown> {
  // whoever has a tile has read its options by this chart's own schema
  return charts[name] as unknown as Chart<unknown, unknown>
}
