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
