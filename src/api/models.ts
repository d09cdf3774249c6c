import { z } from 'zod'
import { columnView } from './tables.ts'

export const modelView = z.strictObject({
  name: z.string(),
  file: z.string(),
  kind: z.enum(['view', 'table', 'incremental', 'merge']),
  description: z.string().nullable(),
  sql: z.string().nullable().describe('null where it reads what whoever asks may not'),
  inputs: z.array(z.string()).describe('the streams, tables and models that it reads'),
  columns: z.array(columnView.extend({ description: z.string().nullable(), unit: z.string().nullable() })),
  time: z.string().nullable().describe('incremental: the column that places a row in an interval'),
  grain: z.string().nullable(),
  key: z.array(z.string()).describe('merge: what makes two rows the same'),
  checks: z.array(z.strictObject({ name: z.string(), severity: z.enum(['block', 'warn']) })),
  built: z
    .strictObject({ version: z.number().int(), at: z.string(), changed: z.boolean().describe('the text is another') })
    .nullable()
    .describe('its last build; null: none yet, or it is a view'),
})

export type ModelView = Readonly<z.infer<typeof modelView>>

export const modelsAnswer = z.strictObject({ models: z.array(modelView).describe('each after those that it reads') })

export type ModelsAnswer = Readonly<z.infer<typeof modelsAnswer>>

const count = z.number().int().nonnegative()

export const checkView = z.strictObject({
  model: z.string(),
  name: z.string(),
  severity: z.enum(['block', 'warn']).describe('`block`: rows that break it are kept out'),
  sql: z
    .string()
    .nullable()
    .describe('a SELECT of the rows that break it; null where it reads what whoever asks may not'),
  last: z
    .strictObject({
      at: z.string(),
      outcome: z.enum(['passed', 'failed', 'error']).describe('`error`: it could not be run'),
      blocked: z.boolean().describe('the rows it was run on were kept out'),
      rows_failed: count,
      rows_judged: count,
      finding: z.string().nullable(),
    })
    .nullable()
    .describe('when it was last run; null: never'),
})

export type CheckView = Readonly<z.infer<typeof checkView>>

export const checksAnswer = z.strictObject({ checks: z.array(checkView) })

export type ChecksAnswer = Readonly<z.infer<typeof checksAnswer>>

export const buildView = z.strictObject({
  version: count,
  at: z.string(),
  operation: z.string().nullable(),
  rows_added: count.nullable(),
  rows_removed: count.nullable(),
  elapsed_ms: count.nullable().describe('null, as `by`: of its run nothing is remembered'),
  by: z.string().nullable(),
})

export type BuildView = Readonly<z.infer<typeof buildView>>

export const buildsAnswer = z.strictObject({
  builds: z.array(buildView).describe('commits of builds, the newest first, as far as the table’s log goes back'),
})

export type BuildsAnswer = Readonly<z.infer<typeof buildsAnswer>>

export const buildsParameters = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
