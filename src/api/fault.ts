import { z } from 'zod'

/** An error as it is told of work that goes on without whoever asked for it. */
export const fault = z.strictObject({ code: z.string(), message: z.string(), hint: z.string() })

export type Fault = Readonly<z.infer<typeof fault>>
