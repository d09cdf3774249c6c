import type { Check } from '../../checks/check.ts'
import type { Columns } from '../../core/columns.ts'
import { MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'
import type { Grain, Model } from '../model.ts'

type Path = readonly string[]

/** Types whose values cannot be compared exactly, or not at all. */
const incomparable = ['list', 'struct', 'map', 'json', 'blob', 'float', 'double']

const dateGrains: readonly Grain[] = ['day', 'week', 'month']

/** Holds what the header names against the output. MODEL_UNKNOWN_NAME, MODEL_HEADER_INVALID with the line. */
export function checkHeader(model: Model, output: Columns): void {
  const invalid = (path: Path, reason: string): never => {
    throw new MillraceError('MODEL_HEADER_INVALID', { place: model.place(path), reason })
  }
  const find = (path: Path, name: string) => {
    const column = output.find((each) => each.name === name)
    if (column) return column
    const known = output.map((each) => each.name)
    const suggestion = suggest(name, known)
    throw new MillraceError('MODEL_UNKNOWN_NAME', { place: model.place(path), what: 'output column', name, suggestion })
  }
  const comparable = (path: Path, name: string) => {
    const { kind } = find(path, name).type
    if (incomparable.includes(kind)) invalid(path, `\`${name}\` is a ${kind}, which cannot be compared exactly`)
  }
  const list = (key: 'key' | 'partition', names: readonly string[] = []) =>
    names.forEach((name, index) => {
      comparable([key, `${index}`], name)
      if (names.indexOf(name) < index) invalid([key, `${index}`], `\`${name}\` is there twice`)
    })
  if (model.time !== undefined) {
    const { kind } = find(['time'], model.time).type
    if (kind !== 'timestamptz' && kind !== 'date')
      invalid(['time'], `\`${model.time}\` is a ${kind}: time takes a timestamptz or a date`)
    if (kind === 'date' && model.grain && !dateGrains.includes(model.grain))
      invalid(
        ['grain'],
        `\`${model.time}\` is a date, which has no ${model.grain}s: grain takes ${dateGrains.join(', ')}`,
      )
  }
  list('key', model.key)
  list('partition', model.partition)
  if (model.partition.length === output.length)
    invalid(['partition'], 'every output column is a partition; a table needs one that is none')
  for (const name of Object.keys(model.columns)) find(['columns', name], name)
  for (const check of model.checks) for (const name of columnsOf(check)) find(['checks', ...check.path], name)
}

function columnsOf(check: Check): readonly string[] {
  switch (check.kind) {
    case 'not_null':
    case 'accepted':
    case 'references':
      return [check.column]
    case 'unique':
      return check.columns
    case 'rows':
    case 'expr':
      return []
    default:
      return check satisfies never
  }
}
