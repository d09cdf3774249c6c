import { z } from 'zod'

export const health = z.strictObject({
  ready: z.boolean(),
  waiting_for: z.array(z.string()).describe('what has to come to its end first'),
})

export type Health = Readonly<z.infer<typeof health>>
