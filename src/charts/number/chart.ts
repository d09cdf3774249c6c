import { z } from 'zod'
import { type Chart, misfit, numberOf, reader, type TileData } from '../chart.ts'
import { format, formatter } from '../format.ts'

const numberOptions = z.strictObject({
  value: z.string().min(1).describe('the column whose value is shown; the first row counts'),
  format: format.optional(),
  compare: z.enum(['previous_period']).optional().describe('previous_period: how it was in the period before'),
  better: z.enum(['up', 'down', 'neither']).optional().describe('which way is good: up (default), down or neither'),
})

type Options = z.infer<typeof numberOptions>

/** What the view of a number shows. */
export interface NumberShown {
  /** Every digit that matters. */
  readonly text: string
  readonly isEmpty: boolean
  readonly trend?: {
    readonly way: 'up' | 'down' | 'same'
    readonly mood: 'good' | 'bad' | 'plain'
    /** `+12%`; empty where there is nothing to compare with. */
    readonly text: string
    readonly before: string
    /** For a narrow tile. */
    readonly beforeShort: string
  }
}

/** One number, and how it was before. */
export const number: Chart<Options, NumberShown> = {
  name: 'number',
  options: numberOptions,
  fits: (columns, { value }) => misfit(columns, [{ channel: 'value', column: value, numeric: true }]),
  arrange: () => ({ by: [], rows: 1 }),
  marks: () => [],
  draw(data, { value, format: text, compare, better = 'up' }, { locale }) {
    const own = reader(data, value)
    const now = given(data.rows, own)
    const [full, short] = [formatter(text, 'full', locale), formatter(text, 'short', locale)]
    const shown = { text: full(now), isEmpty: now === null }
    if (compare === undefined || data.previous === undefined) return shown
    const was = given(data.previous, own)
    return {
      ...shown,
      trend: { ...trendOf(now, was, better, locale), before: full(was), beforeShort: short(was) },
    }
  },
}

function given(rows: TileData['rows'], read: (row: readonly unknown[]) => unknown): number | string | null {
  const value = rows[0] ? read(rows[0]) : null
  return numberOf(value) === null ? null : (value as number | string)
}

function trendOf(
  now: number | string | null,
  before: number | string | null,
  better: 'up' | 'down' | 'neither',
  locale: string | undefined,
): Pick<NonNullable<NumberShown['trend']>, 'way' | 'mood' | 'text'> {
  const [is, was] = [numberOf(now) ?? 0, numberOf(before) ?? 0]
  const way = is > was ? 'up' : is < was ? 'down' : 'same'
  const mood = way === 'same' || better === 'neither' ? 'plain' : way === better ? 'good' : 'bad'
  const share = was === 0 ? undefined : (is - was) / Math.abs(was)
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: share !== undefined && Math.abs(share) < 0.1 ? 1 : 0,
  })
  return { way, mood, text: share === undefined ? '' : percent.format(share) }
}
