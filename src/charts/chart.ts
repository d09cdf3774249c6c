import type { z } from 'zod'

/** A column of an answer, its type as `/v1/query` writes it. */
export interface DataColumn {
  readonly name: string
  readonly type: string
}

/** The rows of a tile as they are answered: bigint and decimal as text. */
export interface TileData {
  readonly columns: readonly DataColumn[]
  readonly rows: readonly (readonly unknown[])[]
  /** The same of the period before, where the tile compares with it. */
  readonly previous?: readonly (readonly unknown[])[]
  /** The value of the chart's `x` whose minute, hour or day was not over when they were answered. */
  readonly unfinished?: string | null
}

/** How a chart is to look, and where its times are told. */
export interface Look {
  readonly theme: 'light' | 'dark'
  /** The project's zone. */
  readonly timezone: string
  /** BCP 47; the reader's. */
  readonly locale?: string
}

/** A channel that a column does not fit. */
export interface Misfit {
  /** The key of the tile that names it. */
  readonly channel: string
  readonly column: string
  readonly reason: 'missing' | 'not a number'
}

/** How the rows of a tile's SELECT are brought: in what order, and how many of them. */
export interface Arrangement {
  readonly by: readonly { readonly column: string; readonly order: 'ascending' | 'descending' }[]
  readonly rows: number
}

/** A kind of chart. Pure: the server checks YAML and builds SQL with it, the browser draws with it. */
export interface Chart<Options = unknown, Drawing = unknown> {
  readonly name: string
  /** The tile's keys beside those of every tile; their descriptions are the docs and the completion. */
  readonly options: z.ZodObject & z.ZodType<Options>
  /** What is wrong with these columns for this chart; nothing when they fit. */
  fits(columns: readonly DataColumn[], options: Options): Misfit | undefined
  /** What this chart needs of the tile's SELECT. */
  arrange(options: Options): Arrangement
  /** The columns whose values tell one mark from another: what a click on it is about. */
  marks(options: Options): readonly string[]
  /** The ECharts option, or the props of the chart's own view. */
  draw(data: TileData, options: Options, look: Look): Drawing
}

/** An option of ECharts 6. */
export type EChart = Readonly<Record<string, unknown>>

export function isNumeric(type: string): boolean {
  return /^(?:tinyint|smallint|integer|bigint|hugeint|u\w+int|uinteger|ubigint|float|double|decimal\b.*)$/i.test(type)
}

/** The first channel that names no column, or one that is no number where one is needed. */
export function misfit(
  columns: readonly DataColumn[],
  channels: readonly { readonly channel: string; readonly column: string | undefined; readonly numeric?: boolean }[],
): Misfit | undefined {
  for (const { channel, column, numeric = false } of channels) {
    if (column === undefined) continue
    const found = columns.find(({ name }) => name === column)
    if (!found) return { channel, column, reason: 'missing' }
    if (numeric && !isNumeric(found.type)) return { channel, column, reason: 'not a number' }
  }
  return undefined
}

/** Reads a column of the rows by its name. */
export function reader({ columns }: Pick<TileData, 'columns'>, column: string): (row: readonly unknown[]) => unknown {
  const at = columns.findIndex(({ name }) => name === column)
  return (row) => row[at] ?? null
}

/** A value as a chart draws it; null for NULL and what is no number. */
export function numberOf(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** A value as a person reads it in a legend. */
export function labelOf(value: unknown): string {
  return value === null || value === undefined ? '(none)' : String(value)
}
