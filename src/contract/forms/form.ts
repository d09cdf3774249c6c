import type { ColumnType } from '../../core/columns.ts'
import type { SqlText } from '../../sql/text.ts'

/** What the reading of a column depends on beside its type. */
export interface Settings {
  readonly formats: readonly string[]
  /** IANA zone of times that are written without one. */
  readonly timezone: string
  /** The decimal point of numbers. */
  readonly decimal: '.' | ','
  readonly nan: 'null' | 'reject'
}

/** One cell in SQL: its text, never NULL where `fits` is asked, and what the form's own `cast` and `value` made of it. */
export interface Cell {
  readonly text: SqlText
  readonly cast: SqlText
  readonly value: SqlText
}

/**
 * How a type is read from text. DuckDB's casts take more than they should (1.5 is 2, `1_000` is 1000, a zone is
 * dropped), so that a form has three parts: a cast, a test of the text beside it, and the value that is stored.
 * The test begins with what is cheap for clean text, as it runs for every cell.
 */
export interface Form {
  /** What people may write, for the reference. */
  readonly accepts: string
  /** What is refused, for the reference. */
  readonly refuses: string
  /** NULL, never an error, where the text is nothing like it. */
  readonly cast: (text: SqlText, type: ColumnType, settings: Settings) => SqlText
  /** True when nothing is lost by reading the text as `cast` did. Surrounding spaces and tabs are no loss. */
  readonly fits: (cell: Cell, type: ColumnType, settings: Settings) => SqlText
  /** The stored value of text that fits; the cast itself without it. */
  readonly value?: (cell: Omit<Cell, 'value'>, type: ColumnType, settings: Settings) => SqlText
  /** The whole text of these means NULL although the type could not hold it (NaN); anchored regular expression. */
  readonly blank?: (settings: Settings) => string | undefined
  /** What is wrong with a text that does not fit: the first test that holds gives the reason. */
  readonly why?: (
    cell: Cell,
    type: ColumnType,
    settings: Settings,
  ) => readonly { readonly when: SqlText; readonly reason: string }[]
  readonly delta: string
  readonly parquet: string
  readonly json: string
  readonly typescript: string
}
