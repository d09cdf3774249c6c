import type { ColumnType } from '../core/columns.ts'
import type { Form } from './forms/form.ts'
import { bigint, decimal, double, float, integer32, smallint } from './forms/numbers.ts'
import { blob, boolean, json, uuid, varchar } from './forms/texts.ts'
import { date, timestamptz } from './forms/times.ts'

/** Every type that one cell of text can hold, with its forms: what the reference prints. */
export const forms: Readonly<Record<Exclude<ColumnType['kind'], 'list' | 'struct' | 'map'>, Form>> = {
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
}
