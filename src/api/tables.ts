import { z } from 'zod'

const count = z.number().int().nonnegative()

export const columnView = z.strictObject({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  pii: z.boolean().describe('personal data: hidden from whoever may not see it'),
})

export type ColumnView = Readonly<z.infer<typeof columnView>>

export const tableView = z.strictObject({
  name: z.string(),
  kind: z
    .enum(['stream', 'table', 'external', 'model', 'other'])
    .describe('`other`: lies in the lake, and nothing declares it'),
  version: count.nullable().describe('null: declared, and nothing was written yet'),
  committed_at: z.string().nullable(),
  rows: count.nullable().describe('in that version; null where its files do not say'),
  files: count,
  bytes: count,
  partitioned_by: z.array(z.string()),
  columns: z.array(columnView),
})

export type TableView = Readonly<z.infer<typeof tableView>>

export const tablesAnswer = z.strictObject({ tables: z.array(tableView) })

export type TablesAnswer = Readonly<z.infer<typeof tablesAnswer>>

export const commitView = z.strictObject({
  version: count,
  committed_at: z.string(),
  operation: z.string().nullable().describe('as Delta names it: WRITE, DELETE, OPTIMIZE, …'),
  engine: z.string().nullable(),
  files_added: count,
  files_removed: count,
  bytes_added: count,
  rows_added: count.nullable(),
  data_change: z.boolean().describe('false: the same rows in other files'),
})

export type CommitView = Readonly<z.infer<typeof commitView>>

export const tableAnswer = tableView.extend({
  history: z.array(commitView).describe('the newest commits first'),
})

export type TableAnswer = Readonly<z.infer<typeof tableAnswer>>

export const fileView = z.strictObject({
  path: z.string().describe('under the table’s folder, or a whole address'),
  rows: count.nullable().describe('null where its statistics do not say'),
  bytes: count,
  written_at: z.string(),
  partition: z.record(z.string(), z.string().nullable()).describe('column → the value that all its rows have'),
})

export type FileView = Readonly<z.infer<typeof fileView>>

export const filesAnswer = z.strictObject({
  version: count.nullable().describe('null: nothing was written yet'),
  total: count,
  files: z.array(fileView).describe('the newest first, then by path'),
})

export type FilesAnswer = Readonly<z.infer<typeof filesAnswer>>

export const filesParameters = z.strictObject({
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
})

export const tableParameters = z.strictObject({
  history: z.coerce.number().int().min(0).max(1000).default(20).describe('how many commits'),
})
