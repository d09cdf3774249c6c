import { z } from 'zod'

const fault = z.strictObject({ stream: z.string(), code: z.string(), message: z.string() })

export const health = z.strictObject({
  ready: z.boolean(),
  waiting_for: z.array(z.string()).describe('what has to come to its end first'),
  refusing: z.array(fault).describe('streams whose log cannot be written, for want of room mostly; they take nothing'),
  alarms: z.array(fault).describe('streams whose table takes no commits; they take events until too many wait'),
})

export type Health = Readonly<z.infer<typeof health>>
