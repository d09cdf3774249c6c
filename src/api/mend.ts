import { z } from 'zod'

const count = z.int()

const choice = {
  ids: z.array(z.string()).optional().describe('these rejects; all open ones without it'),
  code: z.string().optional(),
  column: z.string().optional(),
  since_ms: z.number().optional().describe('those of that time and later, in milliseconds since 1970'),
  dry_run: z.boolean().optional().describe('tell what would be done, and do nothing'),
}

/** What is to become of open rejects of a stream. */
export const mendRequest = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('fix'), set: z.array(z.string()).min(1), ...choice }),
  z.strictObject({
    how: z.literal('replace'),
    event: z.string().min(1).describe('what is sent in the place of the one reject that `ids` names'),
    ...choice,
  }),
  z.strictObject({ how: z.literal('replay'), ...choice }),
  z.strictObject({ how: z.literal('discard'), reason: z.string().min(1), ...choice }),
])

export const mendAnswer = z.object({
  chosen: count,
  more: z.boolean().describe('more are chosen than one request takes'),
  refused: z.array(
    z.object({ reject: z.string(), column: z.string().nullable(), code: z.string(), message: z.string() }),
  ),
  done: z.boolean(),
  mended: count,
  superseded: count,
  discarded: count,
  conflicts: z.array(z.string()).describe('rejects whose id another event has, with other content'),
})

export type MendBody = z.infer<typeof mendRequest>
export type MendAnswer = z.infer<typeof mendAnswer>
