import type { TableView } from '../../../../src/api/tables.ts'
import { identifier } from '../../../../src/sql/identifier.ts'

/** What is offered while one types: a word, and what it is. */
export interface Offer {
  readonly label: string
  readonly type: string
  readonly detail?: string
  /** What is written, where it is not the label. */
  readonly apply?: string
}

interface OfferedTable {
  readonly self: Offer
  readonly children: readonly Offer[]
}

/** The tables and their columns by name. */
export function offeredTables(tables: readonly TableView[]): Readonly<Record<string, OfferedTable>> {
  return Object.fromEntries(
    tables.map(({ name, kind, columns }) => [
      name.replaceAll('.', '\\.'),
      {
        self: { label: name, type: 'class', detail: kind, ...quotedAs(name) },
        children: columns.map((column) => ({
          label: column.name,
          type: 'property',
          detail: column.pii ? `${column.type}, personal` : column.type,
          ...quotedAs(column.name),
        })),
      },
    ]),
  )
}

function quotedAs(name: string): Pick<Offer, 'apply'> {
  const { text } = identifier(name)
  return text === name ? {} : { apply: text }
}

/** Columns of the tables that a text names, and the functions that are asked for most: wherever one types a word. */
export function offersAnywhere(text: string, tables: readonly TableView[]): readonly Offer[] {
  const words = new Set(text.toLowerCase().match(/[a-z_][a-z0-9_]*/g))
  const columns = tables.flatMap(({ name, columns: own }) =>
    words.has(name.toLowerCase())
      ? own.map(({ name: label, type }) => ({ label, type: 'property', detail: type, ...quotedAs(label) }))
      : [],
  )
  const once = new Map(columns.map((column) => [column.label, column]))
  return [...once.values(), ...functions.map(([label, detail]) => ({ label, type: 'function', detail }))]
}

const functions = [
  ['count', 'how many'],
  ['sum', 'total'],
  ['avg', 'mean'],
  ['min', 'least'],
  ['max', 'greatest'],
  ['median', 'middle'],
  ['quantile_cont', '(value, 0.99)'],
  ['approx_count_distinct', 'about how many'],
  ['arg_max', '(what, by)'],
  ['coalesce', 'first that is not NULL'],
  ['nullif', '(value, without)'],
  ['round', '(value, digits)'],
  ['date_trunc', "('hour', time)"],
  ['time_bucket', "(INTERVAL '5 minutes', time)"],
  ['date_diff', "('day', from, to)"],
  ['strftime', "(time, '%Y-%m')"],
  ['now', 'this moment'],
  ['lower', 'small letters'],
  ['regexp_matches', '(text, pattern)'],
  ['string_agg', "(text, ', ')"],
  ['row_number', 'OVER (…)'],
  ['lag', 'OVER (…)'],
] as const
