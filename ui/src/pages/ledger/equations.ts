import type { Ledger } from '../../../../src/api/ledger.ts'

export type StreamLine = Ledger['streams'][number]
export type FileLine = Ledger['files'][number]

export interface Term {
  readonly name: string
  readonly count: number
  /** Taken away, and not added. */
  readonly less?: boolean
}

/** Two sides that were counted apart. */
export interface Equation {
  readonly about: string
  readonly left: readonly Term[]
  readonly right: readonly Term[]
  readonly closes: boolean
}

function equation(about: string, left: readonly Term[], right: readonly Term[]): Equation {
  return { about, left, right, closes: sumOf(left) === sumOf(right) }
}

export function sumOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { count, less }) => sum + (less ? -count : count), 0)
}

const added = (name: string, count: number): Term => ({ name, count })
const taken = (name: string, count: number): Term => ({ name, count, less: true })
/** Terms that are only told where there is something to tell. */
const seldom = (...terms: readonly Term[]): readonly Term[] => terms.filter(({ count }) => count !== 0)

/** What became of every event that was ever sent to a stream, step by step. */
export function streamEquations(line: StreamLine): readonly Equation[] {
  return [
    equation(
      'What came',
      [added('received', line.received)],
      [added('accepted', line.accepted), added('duplicate', line.duplicate), added('rejected', line.rejected)],
    ),
    equation(
      'What became of it',
      [added('accepted', line.accepted), ...seldom(added('mended', line.mended))],
      [
        added('stored', line.stored),
        added('rejected by a rule', line.rejected_by_rule),
        ...seldom(added('late duplicate', line.late_duplicate)),
        added('in the tail', line.pending),
      ],
    ),
    equation(
      'What was refused',
      [added('rejected', line.rejected), added('by a rule', line.rejected_by_rule)],
      [
        added('open', line.rejects_open),
        added('mended', line.rejects_mended),
        added('superseded', line.rejects_superseded),
        added('discarded', line.rejects_discarded),
      ],
    ),
    equation(
      'What the table holds of it',
      [
        added('stored', line.rows_stored),
        ...seldom(
          taken('removed', line.removed ?? 0),
          added('restored', line.restored ?? 0),
          added('written by others', line.rows_foreign),
        ),
      ],
      [added('its rows in the table', line.rows_in_table ?? 0)],
    ),
  ]
}

export interface FileGroup {
  readonly table: string
  readonly lines: readonly FileLine[]
  readonly equations: readonly Equation[]
  readonly closes: boolean
}

/** The files of each table, and what became of all their records. */
export function fileGroups(files: readonly FileLine[]): readonly FileGroup[] {
  return [...Map.groupBy(files, ({ table }) => table)].map(([table, lines]) => {
    const sum = (pick: (line: FileLine) => number | null, of = lines) =>
      of.reduce((total, line) => total + (pick(line) ?? 0), 0)
    const current = lines.filter((line) => line.current)
    const records = sum((line) => line.records)
    const settled = [
      added(
        'stored',
        sum((line) => line.stored),
      ),
      added(
        'duplicate',
        sum((line) => line.duplicate),
      ),
      added(
        'rejected',
        sum((line) => line.rejected),
      ),
    ]
    // rows that a route sends to another table stand in that one's books
    const elsewhere = lines.every(({ closes }) => closes) ? records - sumOf(settled) : 0
    const equations = [
      equation(
        'What was read',
        [added('records', records)],
        [...settled, ...seldom(added('into other tables', elsewhere))],
      ),
      equation(
        'What the table holds of it',
        [
          added(
            'stored',
            sum((line) => line.stored, current),
          ),
          ...seldom(
            taken(
              'removed',
              sum((line) => line.removed),
            ),
            added(
              'restored',
              sum((line) => line.restored),
            ),
          ),
        ],
        [
          added(
            'rows in the table',
            sum((line) => line.rows_in_table),
          ),
        ],
      ),
    ]
    return {
      table,
      lines,
      equations,
      closes: lines.every(({ closes }) => closes) && equations.every((each) => each.closes),
    }
  })
}

/** The books that do not close, in words: the server’s, and those that do not add up on this page. */
export function openBooks({ streams, files }: Ledger): readonly string[] {
  const ofStreams = streams
    .filter((line) => !streamCloses(line))
    .map(({ table, open }) => `${table}: ${open ?? 'the sums differ'}`)
  const ofFiles = files.filter(({ closes }) => !closes).map(({ file, open }) => `${file}: ${open ?? 'the sums differ'}`)
  return [...ofStreams, ...ofFiles]
}

export function streamCloses(line: StreamLine): boolean {
  return line.closes && streamEquations(line).every(({ closes }) => closes)
}
