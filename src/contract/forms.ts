import type { ColumnType } from '../core/columns.ts'
import { MillraceError } from '../core/errors.ts'
import type { Form } from './forms/form.ts'
import { nested } from './forms/nested.ts'
import { bigint, decimal, double, float, integer32, smallint } from './forms/numbers.ts'
import { blob, boolean, json, uuid, varchar } from './forms/texts.ts'
import { date, timestamptz } from './forms/times.ts'

/** Lists, structs and maps. */
export const nestedForm = nested((type) => formOf(type))

/** Every type, with what is read as it and what it is elsewhere: what the reference prints. */
export const forms: Readonly<Record<ColumnType['kind'], Form>> = {
  boolean,
  smallint,
  integer: integer32,
  bigint,
  decimal,
  float,
  double,
  varchar,
  date,
  timestamptz,
  uuid,
  json,
  blob,
  list: nestedForm,
  struct: nestedForm,
  map: nestedForm,
}

/** The form of a type. */
export function formOf(type: ColumnType): Form {
  const form = forms[type.kind]
  if (form) return form
  throw new MillraceError('INTERNAL', { reason: `the type ${type.kind} has no form` })
}

export function isNested(type: ColumnType): boolean {
  return type.kind === 'list' || type.kind === 'struct' || type.kind === 'map'
}
