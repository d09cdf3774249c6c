import { z } from 'zod'

const count = z.number().int().nonnegative()

/** Why one event of a request was not taken into its table; it is kept, whole, among the rejects. */
export const rejectedEvent = z.strictObject({
  index: count.describe('its place in the request, from 0'),
  column: z.string().optional(),
  code: z.string(),
  message: z.string(),
})

/** `received = accepted + duplicates + conflicts + rejected`; all of it is durable. */
export const ingestAnswer = z.strictObject({
  accepted: count,
  duplicates: count.describe('events that are there already, with this very content'),
  conflicts: count.describe('events whose id is there with other content; they are among `rejected` too'),
  rejected: z.array(rejectedEvent),
})

export type IngestAnswer = Readonly<z.infer<typeof ingestAnswer>>
