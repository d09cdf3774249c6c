import type { TileView } from '../../../src/api/dashboards.ts'
import type { EChart, Look, TileData } from '../../../src/charts/chart.ts'
import { chartOf } from '../../../src/charts/charts.ts'
import type { NumberShown } from '../../../src/charts/number/chart.ts'
import type { TableShown } from '../../../src/charts/table/chart.ts'

/** What the rows of a tile look like. */
export type Drawn =
  | { readonly kind: 'number'; readonly shown: NumberShown }
  | { readonly kind: 'table'; readonly shown: TableShown }
  | { readonly kind: 'echart'; readonly option: EChart }

export function drawn({ chart, options }: Pick<TileView, 'chart' | 'options'>, data: TileData, look: Look): Drawn {
  const made = chartOf(chart).draw(data, options, look)
  // each chart says what its drawing is
  if (chart === 'number') return { kind: 'number', shown: made as NumberShown }
  if (chart === 'table') return { kind: 'table', shown: made as TableShown }
  return { kind: 'echart', option: made as EChart }
}
