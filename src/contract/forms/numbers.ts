import type { ColumnType } from '../../core/columns.ts'
import { raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { Form, Settings } from './form.ts'
import { matches } from './pattern.ts'

/** The text with a point as DuckDB reads it. */
function pointed(text: SqlText, { decimal }: Settings): SqlText {
  return decimal === ',' ? sql`replace(${text}, ',', '.')` : text
}

function point({ decimal }: Settings): string {
  return decimal === ',' ? ',' : '\\.'
}

/** Whole numbers. Their clean form is what the number prints as: compared first, at half the cost of the pattern. */
function integer(sqlType: string, bits: number, delta: string): Form {
  const whole = (settings: Settings) => `[+-]?[0-9]+(?:${point(settings)}0*)?`
  return {
    accepts: 'digits with an optional sign; a fraction of zeros (`12.0`)',
    refuses: `a fraction (\`1.5\`), exponents, digit groups, hexadecimal, more than ${bits} bits`,
    cast: (text, _, settings) => sql`TRY_CAST(${pointed(text, settings)} AS ${raw(sqlType)})`,
    fits: ({ text, cast }, _, settings) =>
      sql`CASE WHEN ${cast} IS NULL THEN false WHEN ${cast}::VARCHAR = ${text} THEN true ELSE ${matches(text, whole(settings))} END`,
    why: ({ text }, _, settings) => [
      { when: matches(text, whole(settings)), reason: `is out of the range of ${bits} bits` },
      { when: matches(text, `[+-]?[0-9]*${point(settings)}[0-9]+`), reason: 'has a fraction' },
    ],
    delta,
    parquet: bits === 64 ? 'INT64' : 'INT32',
    json: 'number, or its text',
    typescript: bits === 64 ? 'bigint | number' : 'number',
  }
}

export const smallint: Form = integer('SMALLINT', 16, 'short')
export const integer32: Form = integer('INTEGER', 32, 'integer')
export const bigint: Form = integer('BIGINT', 64, 'long')

/** Digits with an optional point: `scale` of them after it, and then zeros only. */
function decimalPattern(scale: number | undefined, settings: Settings): string {
  const p = point(settings)
  const fraction = scale === undefined ? '[0-9]*' : `[0-9]{0,${scale}}0*`
  const after = scale === undefined ? '[0-9]+' : scale === 0 ? '0+' : `(?:[0-9]{1,${scale}}0*)`
  return `[+-]?(?:[0-9]+(?:${p}${fraction})?|${p}${after})`
}

function digits(type: ColumnType): { precision: number; scale: number } {
  return type.kind === 'decimal' ? type : { precision: 18, scale: 3 }
}

export const decimal: Form = {
  accepts: 'digits with an optional sign and point; zeros beyond the scale (`1.500` as decimal(4,2))',
  refuses: 'other digits beyond the scale, more digits than the precision, exponents, digit groups',
  cast: (text, type, settings) => {
    const { precision, scale } = digits(type)
    return sql`TRY_CAST(${pointed(text, settings)} AS DECIMAL(${value(precision)}, ${value(scale)}))`
  },
  fits: ({ text, cast }, type, settings) => {
    const printed = sql`${cast}::VARCHAR`
    // with a decimal comma, 1.500 may be fifteen hundred: it is no clean form of one and a half
    const clean = settings.decimal === ',' ? sql`replace(${printed}, '.', ',')` : printed
    return sql`CASE WHEN ${cast} IS NULL THEN false WHEN ${clean} = ${text} THEN true ELSE ${matches(text, decimalPattern(digits(type).scale, settings))} END`
  },
  why: ({ text }, type, settings) => [
    {
      when: matches(text, decimalPattern(digits(type).scale, settings)),
      reason: `has more than ${digits(type).precision} digits`,
    },
    {
      when: matches(text, decimalPattern(undefined, settings)),
      reason: `has more than ${digits(type).scale} digits after the point`,
    },
  ],
  delta: 'decimal(p,s)',
  parquet: 'DECIMAL(p,s)',
  json: 'number, or its text',
  typescript: 'string | number',
}

const notFinite = '[+-]?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)'

/** Binary numbers: the nearest one to the text, as everywhere; a text beyond their range is refused, not infinite. */
function floating(sqlType: string, delta: string): Form {
  const written = (settings: Settings) => {
    const p = point(settings)
    return `[+-]?(?:[0-9]+(?:${p}[0-9]*)?|${p}[0-9]+)(?:[eE][+-]?[0-9]+)?`
  }
  return {
    accepts:
      'digits with an optional sign, point and exponent; `NaN`, `inf` and `infinity` in any case are NULL unless `nan: reject`',
    refuses: 'what is beyond its range, digit groups, hexadecimal',
    cast: (text, _, settings) => sql`TRY_CAST(${pointed(text, settings)} AS ${raw(sqlType)})`,
    fits: ({ text, cast }, _, settings) =>
      sql`CASE WHEN ${cast} IS NULL THEN false WHEN NOT isfinite(${cast}) THEN false ELSE ${matches(text, written(settings))} END`,
    value: ({ cast }) => sql`CASE WHEN isfinite(${cast}) THEN ${cast} END`,
    blank: (settings) => (settings.nan === 'null' ? notFinite : undefined),
    why: ({ text }, _, settings) => [
      { when: matches(text, notFinite), reason: 'is not a finite number' },
      { when: matches(text, written(settings)), reason: 'is beyond its range' },
    ],
    delta,
    parquet: sqlType,
    json: 'number, or its text',
    typescript: 'number',
  }
}

export const float: Form = floating('FLOAT', 'float')
export const double: Form = floating('DOUBLE', 'double')
