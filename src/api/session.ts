import { z } from 'zod'

/** Who is signed in, and where. */
export const sessionAnswer = z.strictObject({
  access: z
    .enum(['none', 'local', 'admin', 'read'])
    .describe('`none`: a token is needed; `local`: none is, as the project has no tokens'),
  token: z.string().nullable().describe('the name of a read token'),
  tables: z.array(z.string()).nullable().describe('the only ones that it reads; null: all'),
  dashboards: z.array(z.string()).nullable().describe('the only ones that it sees; null: all'),
  project: z.string().nullable().describe('its name, for whoever may read'),
  timezone: z.string().nullable(),
  demo: z.literal(true).optional().describe('this is a demo, whose plug can be pulled'),
})

export type SessionAnswer = Readonly<z.infer<typeof sessionAnswer>>

export const sessionRequest = z.strictObject({ token: z.string().regex(/^[\x21-\x7e]{1,1024}$/) })
