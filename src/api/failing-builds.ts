import { z } from 'zod'
import { fault } from './fault.ts'

export const failingBuild = z.strictObject({
  model: z.string().describe('its last build has failed'),
  outcome: z.enum(['failed', 'blocked']).describe('`blocked`: a check has kept the new rows out'),
  since: z.string().describe('when the first of the builds was begun that have failed one after another'),
  run: z.string().nullable().describe('the last of them; null where whoever asks may not see runs'),
  error: fault.nullable().describe('what was wrong then; null as `run`, and while that goes on'),
})

export type FailingBuildView = Readonly<z.infer<typeof failingBuild>>
