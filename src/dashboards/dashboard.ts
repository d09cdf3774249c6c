import type { ChartName } from '../charts/charts.ts'
import type { MillraceError } from '../core/errors.ts'

/** A dashboard as its file says it: what is wrong with a part of it stands there, and the rest lives. */
export interface Dashboard {
  readonly name: string
  /** Relative to the project. */
  readonly file: string
  readonly title: string
  readonly description?: string
  readonly filters: readonly Filter[]
  readonly tabs: readonly Tab[]
  /** What is wrong with the file as a whole; then it has no tabs. */
  readonly fault?: MillraceError
}

export type Filter = {
  readonly name: string
  readonly title: string
  /** What it filters by, in tables of which a tile says nothing else: `event_time`, `o.event_time`. */
  readonly column: string
} & (
  | { readonly type: 'period'; readonly default: string }
  | { readonly type: 'list'; readonly multiple: boolean; readonly default: readonly string[]; readonly from?: string }
)

export interface Tab {
  /** Of its title: `additions-to-carts`. */
  readonly id: string
  readonly title: string
  readonly tiles: readonly Tile[]
}

export interface Tile {
  readonly id: string
  readonly title: string
  readonly description?: string
  readonly chart: ChartName
  /** Columns of the grid, of 12, and rows. */
  readonly width: number
  readonly height: number
  readonly sql: string
  /** What the chart's own schema has read. */
  readonly options: Readonly<Record<string, unknown>>
  /** Filter → the column that it stands for in this tile, where it is another. */
  readonly filterColumns: Readonly<Record<string, string>>
  /** What is wrong with it; it is not asked then. */
  readonly fault?: MillraceError
  /** Where a key of it stands in the file, as `dashboards/shop.yaml:12:7`. */
  readonly placeOf: (path: readonly string[]) => string
  /** Where a place of its SQL stands in the file. */
  readonly placeInSql: (index: number) => string
}

/** The tiles of all tabs. */
export function tilesOf({ tabs }: Dashboard): readonly Tile[] {
  return tabs.flatMap(({ tiles }) => tiles)
}
