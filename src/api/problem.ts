import { z } from 'zod'

/** What every refusal answers, whatever the route. */
export const problem = z.strictObject({
  code: z.string().describe('stable; what programs look at'),
  message: z.string(),
  hint: z.string().describe('what to do about it'),
  place: z
    .strictObject({ line: z.number().int().positive(), column: z.number().int().positive() })
    .optional()
    .describe('where in the SQL that was sent, both from 1; a column is a character'),
  request_id: z.string().describe('the same as in the server’s log'),
})

export type Problem = Readonly<z.infer<typeof problem>>
