import { z } from 'zod'

const count = z.int()

const line = z.object({
  table: z.string(),
  stored: count,
  rejected: count,
  duplicate: count,
  removed: count.nullable(),
  restored: count.nullable(),
  rows_in_table: count.nullable(),
  closes: z.boolean(),
  open: z.string().nullable().describe('what does not add up'),
})

/** Whether every line of every file and every event of every stream is accounted for. */
export const ledger = z.object({
  closes: z.boolean(),
  files: z.array(
    line.extend({
      source: z.string(),
      batch: count,
      file: z.string(),
      current: z.boolean(),
      lines: count,
      records: count,
      rejects_kept: count,
    }),
  ),
  streams: z.array(
    line.extend({
      log: z.string(),
      received: count,
      accepted: count,
      conflicts: count,
      mended: count,
      rejected_by_rule: count,
      late_duplicate: count,
      pending: count,
      rejects_open: count,
      rejects_mended: count,
      rejects_superseded: count,
      rejects_discarded: count,
      rows_stored: count,
      rows_foreign: count,
    }),
  ),
})

export type Ledger = z.infer<typeof ledger>
