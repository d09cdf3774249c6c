import { z } from 'zod'

const count = z.number().int().nonnegative()

/** What pulling the plug of a demo has come to. */
export const demoAnswer = z.strictObject({
  phase: z
    .enum(['plugged', 'sending', 'down', 'counting', 'back', 'failed'])
    .describe('`down`: the server was killed; `back`: it is there again, and the events are counted'),
  pulls: count.describe('how often it was pulled'),
  sent: count.describe('events that were sent while it was pulled, each until it was answered'),
  here: count.describe('of them in the table'),
  twice: count.describe('rows too many'),
  down_ms: count.describe('from the kill to the first answer'),
})

export type DemoAnswer = Readonly<z.infer<typeof demoAnswer>>

export const plugged: DemoAnswer = { phase: 'plugged', pulls: 0, sent: 0, here: 0, twice: 0, down_ms: 0 }
