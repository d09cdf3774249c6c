import { z } from 'zod'

/** No more than this: whoever asks has shown no token, and messages name folders. */
const fault = z.strictObject({ stream: z.string(), code: z.string().describe('see the errors') })

export const health = z.strictObject({
  ready: z.boolean(),
  waiting_for: z.array(z.string()).describe('what has to come to its end first'),
  refusing: z.array(fault).describe('streams whose log cannot be written, for want of room mostly; they take nothing'),
  alarms: z.array(fault).describe('streams whose table takes no commits; they take events until too many wait'),
})

export type Health = Readonly<z.infer<typeof health>>
