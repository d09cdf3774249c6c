import { z } from 'zod'

const scalar = z.union([z.string(), z.number(), z.bigint(), z.boolean(), z.null()])

export const queryRequest = z.strictObject({
  sql: z.string().min(1).describe('one SELECT over the project’s tables and models'),
  params: z.array(scalar).max(1000).optional().describe('values of $1, $2, …'),
  at: z
    .union([z.string(), z.array(z.string()).max(100)])
    .optional()
    .describe('a time, or `table=VERSION`, several'),
  limit: z.number().int().min(1).max(1_000_000).default(10_000).describe('rows'),
  timeout_ms: z.number().int().min(1).max(600_000).default(60_000),
  quote64: z.boolean().default(false).describe('bigint and decimal as text, for readers that know only doubles'),
})

export const queryAnswer = z.strictObject({
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())).describe('each in the order of `columns`; numbers with all their digits'),
  position: z.strictObject({
    versions: z.record(z.string(), z.number().int()).describe('table → version'),
    offsets: z.record(z.string(), z.bigint()).describe('stream → the offset before which it has all'),
    behind: z.record(z.string(), z.unknown()).describe('models that are as of their last build'),
  }),
  unfinished: z
    .record(z.string(), z.string())
    .describe(
      'column → its value whose minute, hour or day was not over at the position: rows of it are those so far; only columns that are a time rounded down, and none where `at` is given',
    ),
  truncated: z.boolean().describe('there are more rows than `limit`'),
  elapsed_ms: z.number(),
})

export type QueryAnswer = Readonly<z.infer<typeof queryAnswer>>
