import type { Columns } from '../../core/columns.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import { byteOf, child, children, type Node, textOf, walk } from '../../sql/ast.ts'
import type { Parsed } from '../../sql/parse.ts'
import { type Place, placeOfByte } from '../../sql/place.ts'
import type { Model } from '../model.ts'
import { shownIn } from './in-model.ts'

type Named = Pick<Model, 'file' | 'parsed' | 'kind'>

/** Refuses output columns that no table can hold: without a name, of the same name, of Millrace's own. MODEL_OUTPUT_INVALID. */
export function checkOutput(model: Named, output: Columns): void {
  const seen = new Set<string>()
  output.forEach(({ name }, index) => {
    const fault = seen.has(name.toLowerCase()) ? twice(name) : nameFault(model, name, index)
    seen.add(name.toLowerCase())
    if (fault) throw invalid(model, fault, name, index)
  })
}

/** A type that tables do not have, told at its column. */
export function outputError(model: Named, error: unknown): unknown {
  if (!isError(error, 'RESULT_TYPE')) return error
  const { column, type, suggestion } = error.fields
  const own = `column \`${column}\` is of type ${type}, which tables do not have`
  const zoneless = {
    reason: `column \`${column}\` is a timestamp without a zone, which tables do not have`,
    suggestion: `name the zone that it is in: \`… AT TIME ZONE 'UTC'\` gives a timestamptz; or cast it to date or varchar`,
  }
  const fault = String(type).startsWith('timestamp') ? zoneless : { reason: own, suggestion: String(suggestion) }
  return invalid(model, fault, String(column), undefined, error)
}

interface Fault {
  readonly reason: string
  readonly suggestion: string
}

const twice = (name: string): Fault => ({
  reason: `two output columns are called \`${name}\``,
  suggestion: 'leave one of them out, or name it otherwise: AS other_name',
})

function nameFault(model: Named, name: string, index: number): Fault | undefined {
  const items = outputItems(model.parsed)
  const item = items.length > index && !items.some(isStar) ? items[index] : undefined
  const unnamed = item !== undefined && textOf(item, 'alias') === '' && item['class'] !== 'COLUMN_REF'
  if (unnamed || name === '' || name !== name.trim() || /[ ,;{}()\n\t=."]/.test(name))
    return { reason: `the output column \`${name}\` has no name that a table can hold`, suggestion: 'name it: AS name' }
  if (!name.startsWith('_') || model.kind === 'view') return undefined
  return {
    reason: `\`${name}\`: output columns whose names begin with \`_\` are Millrace’s own`,
    suggestion: `leave it out (SELECT * EXCLUDE (${name})), or name it otherwise`,
  }
}

function invalid(model: Named, fault: Fault, name: string, index: number | undefined, cause?: unknown): MillraceError {
  const place = placeOfOutput(model.parsed, name, index)
  return new MillraceError('MODEL_OUTPUT_INVALID', { ...shownIn(model.file, place), ...fault }, cause)
}

/** Where an output column is written: its own expression, or the star that it comes from. */
function placeOfOutput(parsed: Parsed, name: string, index: number | undefined): Place {
  const items = outputItems(parsed)
  const named = items.findLast((item) => nameOf(item).toLowerCase() === name.toLowerCase())
  const item = index !== undefined && !items.some(isStar) ? items[index] : (named ?? items.find(isStar))
  const byte = item ? Math.min(...[...walk(item)].map(([node]) => byteOf(node)).filter((at) => at >= 0)) : Infinity
  return placeOfByte(parsed.text, Number.isFinite(byte) ? byte : firstByte(parsed.text))
}

function nameOf(item: Node): string {
  const path = item['column_names']
  return textOf(item, 'alias') || (Array.isArray(path) ? String(path.at(-1)) : '')
}

function isStar(item: Node): boolean {
  return [...walk(item)].some(([node]) => node['class'] === 'STAR')
}

/** The expressions of the SELECT that names the columns: of a set operation the first. */
function outputItems({ statement }: Parsed): readonly Node[] {
  let node = child(statement, 'node')
  while (node && node['type'] !== 'SELECT_NODE')
    node = child(node, 'left') ?? children(node, 'children')[0] ?? child(node, 'child')
  return children(node, 'select_list')
}

function firstByte(text: string): number {
  return Buffer.byteLength(/^(?:\s|--[^\n]*\n)*/.exec(text)?.[0] ?? '')
}
