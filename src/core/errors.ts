import { buildErrors } from './errors/builds.ts'
import { checkErrors } from './errors/checks.ts'
import { commandLineErrors } from './errors/command-line.ts'
import { contractErrors } from './errors/contract.ts'
import { dashboardErrors } from './errors/dashboards.ts'
import { engineErrors } from './errors/engines.ts'
import { lakeErrors } from './errors/lake.ts'
import { modelErrors } from './errors/models.ts'
import { projectErrors } from './errors/project.ts'
import { queryErrors } from './errors/query.ts'
import { type ErrorRow, kinds } from './errors/row.ts'
import { serverErrors } from './errors/server.ts'
import { sourceErrors } from './errors/sources.ts'
import { sqlErrors } from './errors/sql.ts'
import { storageErrors } from './errors/storage.ts'
import { streamErrors } from './errors/streams.ts'

/** Every way in which Millrace fails. `{name}` takes the field of that name; codes are never reused. */
export const errors = {
  ...buildErrors,
  ...checkErrors,
  ...commandLineErrors,
  ...contractErrors,
  ...dashboardErrors,
  ...engineErrors,
  ...modelErrors,
  ...projectErrors,
  ...queryErrors,
  ...serverErrors,
  ...sourceErrors,
  ...sqlErrors,
  ...storageErrors,
  ...streamErrors,
  ...lakeErrors,
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof errors

/** The names between braces in a text: `'{file} byte {byte}'` → `'file' | 'byte'`. */
type FieldsIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | FieldsIn<Rest>
  : never

export type ErrorFields<Code extends ErrorCode> = {
  readonly [Name in FieldsIn<(typeof errors)[Code]['message'] | (typeof errors)[Code]['hint']>]:
    | string
    | number
    | bigint
}

/** The only error class. `code` is what callers narrow by; message and hint are for people. */
export class MillraceError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'MillraceError'
  readonly code: Code
  readonly fields: Readonly<Record<string, string | number | bigint>>

  constructor(code: Code, fields: ErrorFields<Code>, cause?: unknown) {
    super(fill(errors[code].message, fields), cause === undefined ? undefined : { cause })
    this.code = code
    this.fields = fields
  }

  get row(): ErrorRow {
    return errors[this.code]
  }

  get hint(): string {
    return fill(this.row.hint, this.fields)
  }

  get httpStatus(): number {
    return this.row.http ?? kinds[this.row.kind].http
  }

  get exitCode(): number {
    return kinds[this.row.kind].exit
  }
}

/** True when `error` is Millrace's own with this code; the way to narrow in a `catch`. */
export function isError<Code extends ErrorCode>(error: unknown, code: Code): error is MillraceError<Code> {
  return error instanceof MillraceError && error.code === code
}

function fill(text: string, fields: Readonly<Record<string, string | number | bigint>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name]))
}
