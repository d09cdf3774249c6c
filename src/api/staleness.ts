import { z } from 'zod'
import { failingBuild } from './failing-builds.ts'

const count = z.number().int().nonnegative()

const cost = z.strictObject({ files: count, rows: count, bytes: count })

/** How far the table of a model is behind what it is made from: what `millrace plan` knows of it. */
export const modelStaleness = z.strictObject({
  model: z.string(),
  state: z
    .enum(['view', 'current', 'stale', 'unbuilt'])
    .describe('`view`: there is no table, it is computed when it is asked for; `unbuilt`: there is none yet'),
  answers: z
    .enum(['live', 'last_build'])
    .describe('what a query of it gets: all that was acknowledged, or the rows of its last build'),
  action: z.enum(['none', 'create', 'rebuild', 'intervals', 'keys']).describe('what a build would do'),
  intervals: z
    .strictObject({ count, first: z.string().nullable(), last: z.string().nullable() })
    .nullable()
    .describe('those that a build would make anew; null for the one of rows that have no time'),
  keys: count.nullable().describe('how many keys a build would make anew'),
  why: z.array(z.string()).describe('what is other since its last build, in words'),
  behind: z
    .strictObject({ commits: count, rows: count, since: z.string().nullable() })
    .nullable()
    .describe('what its last build has not read: commits of its inputs, their rows, when the oldest of them was made'),
  waiting: count.describe('events of its streams that are in no table yet; answers that are `live` have them'),
  stale_inputs: z
    .array(z.string())
    .describe('models that it is made from, whose answers are not live and that are stale'),
  reads: cost.describe('files of its inputs that a build would open'),
  rewrites: cost.describe('files of its table that a build would replace'),
  failing: failingBuild.nullable().describe('that it could not be built when that was last tried'),
})

export type ModelStaleness = Readonly<z.infer<typeof modelStaleness>>

export const stalenessAnswer = z.strictObject({
  at: z.string().describe('when this was looked at'),
  models: z.array(modelStaleness),
})

export type StalenessAnswer = Readonly<z.infer<typeof stalenessAnswer>>
