import { z } from 'zod'
import { runView } from './runs.ts'

/** `advanced`: what has moved, first all there is. A stream’s rows are in every answer at once, its table follows. */
export const advanced = z.strictObject({
  tables: z.record(z.string(), z.number().int()).describe('table → version'),
  streams: z.record(z.string(), z.string()).describe('stream → the offset before which all is in every answer'),
  failing: z.record(z.string(), z.string().nullable()).describe('model → since when its builds fail; null: no longer'),
})

export type Advanced = Readonly<z.infer<typeof advanced>>

/** `rates`: events a second of the last ten, of the streams that take some. */
export const rates = z.strictObject({
  streams: z.record(
    z.string(),
    z.strictObject({ received: z.number(), accepted: z.number(), duplicates: z.number(), rejected: z.number() }),
  ),
})

export type RatesTold = Readonly<z.infer<typeof rates>>

export const runTold = runView.omit({ models: true, error: true, cancellable: true }).extend({
  share: z.number().min(0).max(1).nullable().describe('how much of it is done, once it is known what there is to do'),
})

export type RunTold = Readonly<z.infer<typeof runTold>>

/**
 * `runs`, for admins alone: those that have begun, gone on or ended, each at most four times a second; to whoever begins
 * to listen, those under way. `/v1/runs/:id` tells all of one.
 */
export const runsTold = z.strictObject({ runs: z.array(runTold) })

export type RunsTold = Readonly<z.infer<typeof runsTold>>

/** `alive`: told every four seconds, whatever else there is; who hears nothing for longer is cut off. */
export const alive = z.strictObject({ at: z.string().describe('the server’s time') })

export type Alive = Readonly<z.infer<typeof alive>>
