import { type Column, parseColumn } from '../core/columns.ts'
import { MillraceError } from '../core/errors.ts'
import { type Contract, type ContractColumn, extraColumn, type PartitionBy, partitionGrains } from './contract.ts'
import { isPath } from './fields.ts'
import { formatFault } from './forms/formats.ts'

/** A column as it is declared. */
interface DeclaredColumn {
  readonly type: string
  readonly from?: string
  readonly format?: string | readonly string[]
  readonly nulls?: readonly string[]
  readonly pii?: boolean
  readonly was?: string
}

/** A contract as it is declared: types are text, and names may be wrong. */
export interface Declaration {
  readonly columns: Readonly<Record<string, string | DeclaredColumn>>
  readonly id?: string
  readonly time?: string
  readonly key?: string | readonly string[]
  readonly partitionBy?: PartitionBy
  readonly unknown?: 'keep' | 'drop' | 'reject'
  readonly nan?: 'null' | 'reject'
  readonly subject?: string
  readonly rules?: Readonly<Record<string, string>>
}

/** Says what is wrong at a place of the declaration; both throw. */
export interface Faults {
  invalid(path: readonly string[], reason: string): never
  unknownName(path: readonly string[], what: string, name: string, known: readonly string[]): never
}

/** Keys that a declaration may have. */
export const declarationKeys = [
  'columns',
  'id',
  'time',
  'key',
  'partitionBy',
  'unknown',
  'nan',
  'subject',
  'rules',
] as const

const columnKeys = ['type', 'from', 'format', 'nulls', 'pii', 'was']

/** Reads a declaration whose keys are known. Throws what `faults` throws. */
export function parseContract(declared: Declaration, timezone: string, faults: Faults): Contract {
  const unknown = oneOf(declared.unknown, ['keep', 'drop', 'reject'], ['unknown'], faults) ?? 'keep'
  const nan = oneOf(declared.nan, ['null', 'reject'], ['nan'], faults) ?? 'null'
  if (typeof declared.columns !== 'object' || declared.columns === null || Object.keys(declared.columns).length === 0)
    faults.invalid(['columns'], 'at least one column is needed')
  const columns = Object.entries(declared.columns).map(([name, column]) => parseDeclared(name, column, faults))
  checkNames(columns, unknown, faults)

  const find = (path: readonly string[], name: unknown): ContractColumn => {
    const found = columns.find((column) => column.name === name)
    if (found) return found
    return faults.unknownName(
      path,
      'column',
      String(name),
      columns.map((column) => column.name),
    )
  }
  const scalar = (path: readonly string[], name: unknown): string => {
    const column = find(path, name)
    if (['list', 'struct', 'map', 'json', 'blob', 'float', 'double'].includes(column.type.kind))
      faults.invalid(path, `\`${column.name}\` is a ${column.type.kind}, which cannot be compared exactly`)
    return column.name
  }
  const moment = (path: readonly string[], name: unknown, kinds: readonly string[]): string => {
    const column = find(path, name)
    if (!kinds.includes(column.type.kind))
      faults.invalid(path, `\`${column.name}\` is a ${column.type.kind}; it takes ${kinds.join(' or ')}`)
    return column.name
  }

  const keys = declared.key === undefined ? [] : [declared.key].flat()
  return {
    columns,
    ...(declared.id === undefined ? {} : { id: scalar(['id'], declared.id) }),
    ...(declared.time === undefined ? {} : { time: moment(['time'], declared.time, ['timestamptz', 'date']) }),
    key: keys.map((name) => scalar(['key'], name)),
    partitionBy: parsePartition(declared.partitionBy ?? {}, { scalar, moment }, faults),
    unknown,
    nan,
    ...(declared.subject === undefined ? {} : { subject: scalar(['subject'], declared.subject) }),
    rules: Object.entries(declared.rules ?? {}).map(([name, sql]) => {
      if (!/^[a-z][a-z0-9_]*$/.test(name))
        faults.invalid(['rules', name], 'a rule’s name is lower-case letters, digits and `_`')
      if (typeof sql !== 'string' || sql.trim() === '')
        faults.invalid(['rules', name], 'a rule is an SQL condition as text')
      return { name, sql }
    }),
    timezone,
  }
}

function parsePartition(
  declared: PartitionBy,
  check: {
    readonly scalar: (path: readonly string[], name: unknown) => string
    readonly moment: (path: readonly string[], name: unknown, kinds: readonly string[]) => string
  },
  faults: Faults,
): PartitionBy {
  return Object.fromEntries(
    Object.entries(declared).map(([grain, name]) => {
      const path = ['partitionBy', grain]
      if (grain === 'value') return [grain, check.scalar(path, name)]
      if (!(partitionGrains as readonly string[]).includes(grain))
        faults.unknownName(path, 'grain', grain, [...partitionGrains, 'value'])
      return [grain, check.moment(path, name, grain === 'hour' ? ['timestamptz'] : ['timestamptz', 'date'])]
    }),
  )
}

function parseDeclared(name: string, declared: string | DeclaredColumn, faults: Faults): ContractColumn {
  const path = ['columns', name]
  if (typeof declared === 'string') return { ...typed(name, declared, path, faults), formats: [], pii: false }
  if (typeof declared !== 'object' || declared === null || typeof declared.type !== 'string')
    return faults.invalid(path, 'a column is a type as text, or column(type, { … })')
  for (const key of Object.keys(declared))
    if (!columnKeys.includes(key)) faults.unknownName([...path, key], 'option of column()', key, columnKeys.slice(1))
  const column = typed(name, declared.type, path, faults)
  for (const key of ['from', 'was'] as const)
    if (declared[key] !== undefined && !isText(declared[key])) faults.invalid([...path, key], `${key} takes a text`)
  if (declared.pii !== undefined && typeof declared.pii !== 'boolean')
    faults.invalid([...path, 'pii'], 'pii is true or false')
  const formats = declared.format === undefined ? [] : [declared.format].flat()
  if (!formats.every(isText)) faults.invalid([...path, 'format'], 'a format is a text, or a list of texts')
  for (const format of formats) {
    const { kind } = column.type
    if (kind !== 'date' && kind !== 'timestamptz')
      return faults.invalid([...path, 'format'], `only date and timestamptz columns take a format, not ${kind}`)
    const fault = formatFault(format, kind)
    if (fault) faults.invalid([...path, 'format'], `the format \`${format}\`: ${fault}`)
  }
  if (declared.from !== undefined && isPath(declared.from) && !onePath.test(declared.from))
    faults.invalid([...path, 'from'], `\`${declared.from}\` is no path to one value: write \`$.a."b c"[0]\``)
  if (declared.nulls !== undefined && !(Array.isArray(declared.nulls) && declared.nulls.every(isText)))
    faults.invalid([...path, 'nulls'], 'nulls is a list of texts')
  return {
    ...column,
    ...(declared.from === undefined ? {} : { from: declared.from }),
    formats,
    ...(declared.nulls === undefined ? {} : { nulls: declared.nulls }),
    pii: declared.pii ?? false,
    ...(declared.was === undefined ? {} : { was: declared.was }),
  }
}

/** Keys and places in lists, one after the other: no wildcard, which would find several values. */
const onePath = /^\$(?:\.(?:[\p{L}\p{N}_-]+|"[^"*]+")|\[\d+\])+$/u

const isText = (item: unknown): boolean => typeof item === 'string'

function typed(name: string, text: string, path: readonly string[], faults: Faults): Column {
  try {
    return parseColumn(name, text)
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    return faults.invalid(path, `${error.message}; ${error.hint}`)
  }
}

/** Names that a Delta table can hold, that differ in more than case, and that are not Millrace's own. */
function checkNames(columns: readonly ContractColumn[], unknown: Contract['unknown'], faults: Faults): void {
  const seen = new Map<string, string>()
  for (const { name } of columns) {
    const path = ['columns', name]
    if (name.startsWith('_')) faults.invalid(path, `\`${name}\`: names that begin with \`_\` are Millrace’s own`)
    if (name === '' || name !== name.trim() || /[ ,;{}()\n\t=."]/.test(name))
      faults.invalid(path, `\`${name}\`: a column’s name has no spaces and none of , ; { } ( ) = . "`)
    if (unknown === 'keep' && name.toLowerCase() === extraColumn.name)
      faults.invalid(path, '`extra` is the column of undeclared fields; name this one otherwise, or set `unknown`')
    const twin = seen.get(name.toLowerCase())
    if (twin !== undefined) faults.invalid(path, `\`${twin}\` and \`${name}\` differ in case only`)
    seen.set(name.toLowerCase(), name)
  }
}

function oneOf<T extends string>(
  given: unknown,
  allowed: readonly T[],
  path: readonly string[],
  faults: Faults,
): T | undefined {
  if (given === undefined) return undefined
  const found = allowed.find((each) => each === given)
  return found ?? faults.unknownName(path, `${path.at(-1)} setting`, String(given), allowed)
}
