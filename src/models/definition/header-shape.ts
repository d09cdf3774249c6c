import { z } from 'zod'
import { grains, type ModelKind, modelKinds } from '../model.ts'

const name = z.string().min(1)
const names = z.union([name, z.array(name).min(1)]).transform((given) => [given].flat())

/** The header of a model as YAML gives it. Whether its columns exist is known once the model is bound. */
export const headerShape = z.strictObject({
  description: z.string().optional(),
  kind: z.enum(modelKinds).default('view'),
  time: name.optional(),
  grain: z.enum(grains).optional(),
  key: names.optional(),
  partition: names.optional(),
  lookback: z.string().optional(),
  lookahead: z.string().optional(),
  on_dimension_change: z.enum(['rebuild', 'ignore']).optional(),
  columns: z
    .record(name, z.strictObject({ description: z.string().optional(), unit: z.string().optional() }))
    .optional(),
  checks: z.unknown().optional(),
})

export type HeaderKey = keyof typeof headerShape.shape

/** What people are told of a key. */
export interface HeaderNote {
  /** The kinds that have it; all without it. */
  readonly kinds?: readonly ModelKind[]
  /** True where these kinds must have it. */
  readonly required?: boolean
  readonly takes: string
  readonly says: string
}

const stored: readonly ModelKind[] = ['table', 'incremental', 'merge']

/** Every key of the header: what errors, the reference and the JSON Schema say of it. */
export const headerNotes: Readonly<Record<HeaderKey, HeaderNote>> = {
  description: { takes: 'a text', says: 'What the model is, for those who read its table.' },
  kind: {
    takes: modelKinds.join(', '),
    says: 'What the SELECT becomes. `view` (default): asked anew each time. `table`: a table made anew as a whole. `incremental`: a table of intervals, of which only the stale ones are made anew. `merge`: a table of keys, of which only the touched ones are.',
  },
  time: {
    kinds: ['incremental'],
    required: true,
    takes: 'the name of an output column',
    says: 'The output column, a timestamptz or a date, that places a row in an interval.',
  },
  grain: {
    kinds: ['incremental'],
    required: true,
    takes: grains.join(', '),
    says: 'How long an interval is, in the project’s zone. A date takes day, week or month; weeks begin on Monday.',
  },
  key: {
    kinds: ['merge'],
    required: true,
    takes: 'a list of output columns',
    says: 'The output columns that make two rows the same; one row each.',
  },
  partition: {
    kinds: stored,
    takes: 'a list of output columns',
    says: 'The output columns whose values lay the table out in folders.',
  },
  lookback: {
    kinds: ['incremental'],
    takes: 'a length of time: 1 day, 3 hours, 2 weeks',
    says: 'How far before an interval its rows are looked for in the inputs that have a time.',
  },
  lookahead: {
    kinds: ['incremental'],
    takes: 'a length of time: 1 day, 3 hours, 2 weeks',
    says: 'How far after an interval its rows are looked for in the inputs that have a time.',
  },
  on_dimension_change: {
    kinds: ['incremental', 'merge'],
    takes: 'rebuild, ignore',
    says: 'What a change of an input that is read whole does: `rebuild` (default) makes the whole table stale, `ignore` leaves it as it was.',
  },
  columns: {
    takes: 'output columns with what they are: { revenue: { description: …, unit: USD } }',
    says: 'What output columns are: `description`, `unit`.',
  },
  checks: {
    takes: 'not_null, unique, accepted, references, rows, expr',
    says: 'What the new rows must be before they are let into the table.',
  },
}
