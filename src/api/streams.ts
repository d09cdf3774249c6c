import { z } from 'zod'
import { columnView } from './tables.ts'

const count = z.number().int().nonnegative()
const offset = z.string().regex(/^\d+$/)
const rate = z.number().nonnegative()

export const streamView = z.strictObject({
  name: z.string(),
  columns: z.array(columnView).describe('what an event holds; undeclared fields are as `unknown` says'),
  id: z.string().nullable().describe('the column that makes two events the same'),
  time: z.string().nullable(),
  unknown: z.enum(['keep', 'drop', 'reject']),
  rules: z.array(z.strictObject({ name: z.string(), sql: z.string() })),
  offsets: z
    .strictObject({
      next: offset.describe('that of the next record: all before it is durable, and in every answer'),
      stored: offset.describe('that before which all is in the table, or among its rejects'),
    })
    .describe('text, as they may be larger than a double holds exactly'),
  counts: z
    .strictObject({
      received: count,
      accepted: count.describe('good when they came'),
      duplicates: count,
      rejected: count.describe('when they came'),
      conflicts: count.describe('of the rejected'),
      mended: count.describe('rejects taken since, not received again'),
      stored: count.describe('rows that the table has got of the stream'),
      rejected_by_rule: count.describe('of the accepted and the mended, when they were on their way to the table'),
      late_duplicates: count.describe('of these, whose id others had brought to the table meanwhile'),
      pending: count.describe('of these, events that wait for the table'),
    })
    .describe('as the ledger has them, since the stream began'),
  rates: z
    .strictObject({ received: rate, accepted: rate, duplicates: rate, rejected: rate })
    .describe('a second, of the last ten'),
  waiting: z
    .strictObject({
      records: count.describe('of the log, rejects among them, that the table has not read'),
      limit: count.describe('of so many, events that come are refused: STREAM_FULL'),
    })
    .describe('what is on its way to the table, and how much of it there may be'),
  log_bytes: count,
  unflushed_bytes: count,
  trouble: z.string().nullable().describe('why the table took nothing when it was last tried'),
})

export type StreamView = Readonly<z.infer<typeof streamView>>

export const streamEvents = z.strictObject({
  events: z
    .array(z.strictObject({ offset, received_at: z.string(), event: z.string().describe('JSON, as it came') }))
    .describe('oldest first; values of personal columns are hidden'),
  next: offset.describe('give it as `from` to be told what comes'),
})

export type StreamEvents = Readonly<z.infer<typeof streamEvents>>

export const streamEventsParameters = z.strictObject({
  last: z.coerce.number().int().min(1).max(1000).default(100).describe('the newest of them, so many at most'),
  from: offset.optional().describe('none before this offset'),
})

export const streamsAnswer = z.strictObject({ streams: z.array(streamView) })

export type StreamsAnswer = Readonly<z.infer<typeof streamsAnswer>>
