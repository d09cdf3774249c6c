import type { z } from 'zod'
import { type Check, parseChecks } from '../../checks/check.ts'
import { MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'
import type { Model, Span } from '../model.ts'
import { type HeaderKey, headerNotes, headerShape } from './header-shape.ts'
import { parseSpan } from './span.ts'
import { readShape, type YamlFaults } from './yaml-shape.ts'
import { readYaml } from './yaml-text.ts'

/** What a model is beside its SQL. */
export type Header = Omit<Model, 'name' | 'file' | 'sql' | 'parsed'>

type Path = readonly string[]
type Shape = z.infer<typeof headerShape>

/** Reads a model's header; `text` has the lines of the file. MODEL_HEADER_INVALID, MODEL_UNKNOWN_NAME with the line. */
export function parseHeader(file: string, text = ''): Header {
  const invalidAt = (line: number, reason: string): never => {
    throw new MillraceError('MODEL_HEADER_INVALID', { place: `${file}:${line}`, reason })
  }
  const yaml = readYaml(text, invalidAt)
  const place = (path: Path) => `${file}:${yaml.lineOf(path)}`
  const faults: YamlFaults = {
    invalid: (path, reason) => invalidAt(yaml.lineOf(path), reason),
    unknownName: (path, what, name, known) => {
      throw new MillraceError('MODEL_UNKNOWN_NAME', {
        place: place(path),
        what,
        name,
        suggestion: suggest(name, known),
      })
    },
  }
  const given = yaml.value ?? {}
  if (typeof given !== 'object' || Array.isArray(given))
    return faults.invalid([], 'the comment that a model begins with is its header: keys such as `kind: table`')
  const shape = readShape(headerShape, given, notes, faults)
  checkKind(shape, faults)
  return {
    kind: shape.kind,
    ...(shape.description !== undefined && { description: shape.description }),
    ...(shape.time !== undefined && { time: shape.time }),
    ...(shape.grain !== undefined && { grain: shape.grain }),
    ...(shape.key !== undefined && { key: shape.key }),
    partition: shape.partition ?? [],
    ...(shape.lookback !== undefined && { lookback: spanOf('lookback', shape.lookback, faults) }),
    ...(shape.lookahead !== undefined && { lookahead: spanOf('lookahead', shape.lookahead, faults) }),
    onDimensionChange: shape.on_dimension_change ?? 'rebuild',
    columns: notesOf(shape),
    checks: checksOf(shape, faults),
    place,
  }
}

const notes = {
  takes: Object.fromEntries(Object.entries(headerNotes).map(([key, { takes }]) => [key, takes])),
  inner: { columns: ['description', 'unit'] },
}

/** Keys that a kind must have, and keys that it has no use for. */
function checkKind(shape: Shape, faults: YamlFaults): void {
  for (const [key, { kinds, required }] of Object.entries(headerNotes)) {
    const given = shape[key as HeaderKey] !== undefined
    if (given && kinds && !kinds.includes(shape.kind)) {
      const own = kinds.length === 1 ? `kind: ${kinds[0]}` : `kinds ${kinds.join(' and ')}`
      const is = `this is a ${shape.kind}${shape.kind === 'view' ? ', which it is without another kind' : ''}`
      faults.invalid([key], `\`${key}\` belongs to ${own}, and ${is}`)
    }
    if (!given && required && kinds?.includes(shape.kind))
      faults.invalid(['kind'], `kind: ${shape.kind} needs \`${key}\`: ${headerNotes[key as HeaderKey].takes}`)
  }
}

function spanOf(key: HeaderKey, text: string, faults: YamlFaults): Span {
  return parseSpan(text) ?? faults.invalid([key], `\`${text}\`: ${key} takes ${headerNotes[key].takes}`)
}

function notesOf({ columns = {} }: Shape): Header['columns'] {
  const noted = Object.entries(columns).map(([name, { description, unit }]) => [
    name,
    { ...(description !== undefined && { description }), ...(unit !== undefined && { unit }) },
  ])
  return Object.fromEntries(noted)
}

function checksOf(shape: Shape, faults: YamlFaults): readonly Check[] {
  const { checks, faults: found } = parseChecks(shape.checks)
  const [fault] = found
  return fault ? faults.invalid(['checks', ...fault.path], fault.reason) : checks
}
