import { z } from 'zod'

const rejectState = z.enum(['open', 'mended', 'superseded', 'discarded'])

export const rejectView = z.strictObject({
  id: z.string(),
  table: z.string().describe('the stream or the table that it was for'),
  source: z.string(),
  file: z.string().describe('of events `log/` and the log’s id'),
  line: z.number().int().nullable().describe('of events the offset'),
  column: z.string().nullable(),
  code: z.string(),
  message: z.string(),
  raw: z.string().nullable().describe('the whole line or event; null where it is hidden'),
  encoding: z.enum(['text', 'base64', 'hidden']).describe('`hidden`: its table has personal columns'),
  rejected_at: z.string(),
  state: rejectState.describe('what has become of it; superseded: an event with its id came again'),
  reason: z.string().nullable().describe('why it was discarded'),
})

export type RejectView = Readonly<z.infer<typeof rejectView>>

export const rejectsAnswer = z.strictObject({
  rejects: z.array(rejectView).describe('the newest first'),
  count: z.number().int().nonnegative().describe('of all pages together'),
  next: z.string().nullable().describe('give it as `after` for the next page; null: there are no more'),
})

export type RejectsAnswer = Readonly<z.infer<typeof rejectsAnswer>>

export const rejectsParameters = z.strictObject({
  table: z.string().optional().describe('those of one stream or table'),
  code: z.string().optional(),
  file: z.string().optional(),
  state: rejectState.optional().describe('all states without it'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().max(200).optional().describe('`next` of the page before'),
  pii: z.enum(['true', 'false']).default('false').describe('`true`: whole, where columns are personal; for the admin'),
})
