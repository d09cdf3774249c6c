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
  list: {
    ...nestedForm,
    accepts: 'a JSON array, each item in the forms of its type',
    refuses: 'other JSON; an item that its type refuses',
    delta: 'array',
    parquet: 'LIST',
    json: 'array',
    typescript: 'readonly T[]',
  },
  struct: {
    ...nestedForm,
    accepts: 'a JSON object, each member in the forms of its type; members that it lacks are NULL',
    refuses: 'other JSON; a member that its type refuses',
    delta: 'struct',
    parquet: 'group',
    json: 'object',
  },
  map: {
    ...nestedForm,
    accepts: 'a JSON object, each key and value in the forms of its type',
    refuses: 'other JSON; a key or value that its type refuses; two keys that are the same value',
    delta: 'map',
    parquet: 'MAP',
    json: 'object',
  },
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
