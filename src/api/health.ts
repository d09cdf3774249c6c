import { z } from 'zod'

export const health = z.strictObject({
  ready: z.boolean(),
  waiting_for: z.array(z.string()).describe('what has to come to its end first'),
  alarms: z
    .array(z.strictObject({ stream: z.string(), code: z.string(), message: z.string() }))
    .describe('streams whose table takes no commits; they take events until too many wait'),
})

export type Health = Readonly<z.infer<typeof health>>
