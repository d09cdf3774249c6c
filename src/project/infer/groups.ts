import { dirname, extname } from 'node:path'
import { fieldNames } from '../../connectors/files/header.ts'
import { commonType } from '../../contract/common-type.ts'
import { type InferredColumn, inferColumns, type SampledField } from '../../contract/infer.ts'
import { type Evidence, evidenceOf } from '../../contract/infer-evidence.ts'
import type { ColumnType } from '../../core/columns.ts'
import { MillraceError } from '../../core/errors.ts'
import type { FileSample } from '../sample-file.ts'

/** Files of one shape: they become one table. */
export interface FileGroup {
  readonly paths: readonly string[]
  readonly options: FileSample['options']
  /** Columns that load all of them. */
  readonly columns: readonly InferredColumn[]
  /** Why each of them is as it is. */
  readonly evidence: readonly Evidence[]
}

/** More different values of a column than these tell no more of its type. */
const keptValues = 200_000

/**
 * Puts files together as they are sampled. Files are of one shape when they are of the same format and dialect and their
 * fields have the same names, in any order; where fields have no names, when most of them hold the same kind of values.
 */
export class FileGroups {
  readonly #groups = new Map<string, OpenGroup[]>()
  readonly #empty: string[] = []

  add(path: string, sample: FileSample): void {
    if (isEmpty(sample)) {
      this.#empty.push(path)
      return
    }
    const shape = shapeOf(sample)
    const alike = this.#groups.get(shape) ?? []
    this.#groups.set(shape, alike)
    const kinds = sample.options['header'] === false ? sample.fields.map(kindOf) : []
    const group = alike.find((each) => agree(each.kinds, kinds)) ?? newGroup(sample, kinds)
    if (group.paths.length === 0) alike.push(group)
    group.paths.push(path)
    takeIn(group, sample.fields)
  }

  /**
   * In the order in which their first files came. A file with nothing in it goes with its neighbours of the same ending;
   * FILE_UNREADABLE where it has none.
   */
  all(): readonly FileGroup[] {
    const groups = [...this.#groups.values()].flat()
    for (const path of this.#empty.splice(0)) neighbours(groups, path).push(path)
    return groups.map(({ paths, options, fields }) => {
      const sampled = [...fields.values()].map(
        ({ type, ...field }): SampledField => ({ ...field, values: [...field.values], ...(type && { type }) }),
      )
      const columns = inferColumns(sampled)
      const evidence = columns.map((column, at) => evidenceOf(column, sampled[at] as SampledField))
      return { paths, options, columns, evidence }
    })
  }
}

interface OpenField {
  readonly name: string | undefined
  readonly values: Set<string | null>
  type: ColumnType | undefined
}

interface OpenGroup {
  readonly paths: string[]
  readonly options: FileSample['options']
  readonly fields: ReadonlyMap<string, OpenField>
  /** What the first file's fields hold, where they have no names. */
  readonly kinds: readonly Kind[]
}

function newGroup({ options, fields }: FileSample, kinds: readonly Kind[]): OpenGroup {
  const keys = keysOf(fields)
  const open = fields.map(({ name, type }, at): [string, OpenField] => [
    keys[at] as string,
    { name, values: new Set(), type },
  ])
  return { paths: [], options, fields: new Map(open), kinds }
}

function takeIn(group: OpenGroup, fields: readonly SampledField[]): void {
  for (const [at, key] of keysOf(fields).entries()) {
    const { values, type } = fields[at] as SampledField
    const open = group.fields.get(key) as OpenField
    if (open.type && type) open.type = commonType(open.type, type)
    for (const value of values) if (open.values.size < keptValues) open.values.add(value)
  }
}

function neighbours(groups: readonly OpenGroup[], path: string): string[] {
  const isNear = (other: string) => dirname(other) === dirname(path) && extname(other) === extname(path)
  const near = groups.find(({ paths }) => paths.some(isNear))
  if (near) return near.paths
  throw new MillraceError('FILE_UNREADABLE', { path, reason: 'it is empty, and nothing tells its columns' })
}

function isEmpty({ fields }: FileSample): boolean {
  return fields.every(({ name, values, type }) => name === undefined && values.length === 0 && !type)
}

function shapeOf({ format, options, fields }: FileSample): string {
  return JSON.stringify([format, options, keysOf(fields).sort()])
}

/** What makes a field that of another file: its name, trimmed and without case. */
function keysOf(fields: readonly SampledField[]): string[] {
  return fieldNames(fields.map(({ name }) => name ?? '')).map((name) => name.toLowerCase())
}

type Kind = 'nothing' | 'number' | 'time' | 'text' | 'other'

function kindOf(field: SampledField): Kind {
  if (field.values.every((value) => value === null || value.trim() === '')) return 'nothing'
  const type = inferColumns([field])[0]?.type ?? ''
  if (/^(bigint|double|decimal)/.test(type)) return 'number'
  if (/^(date|timestamptz)/.test(type)) return 'time'
  return type === 'varchar' ? 'text' : 'other'
}

/** Of four columns without a name one may hold something else: a code that happens to be a number. */
function agree(one: readonly Kind[], other: readonly Kind[]): boolean {
  const differ = one.filter((kind, at) => kind !== other[at] && kind !== 'nothing' && other[at] !== 'nothing')
  return differ.length * 4 <= one.length
}
