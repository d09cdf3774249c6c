import { z } from 'zod'

/** What every refusal answers, whatever the route. */
export const problem = z.strictObject({
  code: z.string().describe('stable; what programs look at'),
  message: z.string(),
  hint: z.string().describe('what to do about it'),
  request_id: z.string().describe('the same as in the server’s log'),
})

export type Problem = Readonly<z.infer<typeof problem>>
