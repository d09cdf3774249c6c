import { z } from 'zod'
import { fault } from './fault.ts'

const count = z.number().int().nonnegative()

export const uploadRequest = z.strictObject({
  name: z.string().min(1).max(500).describe('of the file, as it is called where it comes from'),
  bytes: count.describe('how many it has'),
})

export const partParameters = z.strictObject({
  from: z.coerce.number().int().min(0).describe('the byte of the file with which the part begins: `received`'),
})

const inferredColumn = z.strictObject({
  name: z.string(),
  type: z.string(),
  example: z.string().nullable().describe('the first value, as the file has it'),
  why: z.string().describe('why it has this type'),
})

export const tableRequest = z.strictObject({
  table: z.string().min(1).max(100).describe('what it is to be called'),
  max_rejects: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('share of the file that may break the contract; a tenth without it'),
})

export const rejectGroup = z.strictObject({
  code: z.string(),
  column: z.string().nullable(),
  rejects: count,
  first_line: count.nullable(),
  example: z.string().nullable(),
})

export type RejectGroup = Readonly<z.infer<typeof rejectGroup>>

export const uploadView = z.strictObject({
  id: z.string(),
  file: z.string().describe('its name, as it will stand in the project'),
  bytes: count,
  received: count,
  part_bytes: count.describe('the most that is taken at once'),
  early: z
    .boolean()
    .describe('its first rows tell its columns; of Parquet and of what is compressed only the whole does'),
  phase: z
    .enum(['receiving', 'received', 'loading', 'done', 'failed'])
    .describe(
      '`received`: all of it is here, and may be loaded; `failed`: nothing was kept, and it may be tried again',
    ),
  table: z.string().nullable().describe('a name for it; then the one that it has'),
  columns: z
    .array(inferredColumn)
    .nullable()
    .describe('by the first rows: as soon as they are here where it is `early`, else once all is'),
  share: z.number().min(0).max(1).nullable().describe('how much is loaded'),
  error: fault.nullable().describe('why it cannot be read, or was not loaded'),
  loaded: z
    .strictObject({
      rows: count,
      rejected: count,
      rejects: z.array(rejectGroup),
      model: z.string().nullable(),
      dashboard: z.string().nullable(),
      fault: fault
        .nullable()
        .describe('why its model was not built, or its dashboard not made; its rows are there all the same'),
      files: z.array(z.string()).describe('what was written into the project'),
    })
    .nullable(),
})

export type UploadView = Readonly<z.infer<typeof uploadView>>
