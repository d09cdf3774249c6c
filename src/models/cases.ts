import { createHash } from 'node:crypto'
import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { caseNotes, caseShape } from './cases/case-shape.ts'
import { readShape, type YamlFaults } from './definition/yaml-shape.ts'
import { readYaml, type YamlText } from './definition/yaml-text.ts'

/** A cell as it is written: its text, as a file would have it, or NULL. */
export interface CaseCell {
  readonly text: string | null
  readonly line: number
}

/** A row as it is written: the columns that it names. */
export interface CaseRow {
  readonly line: number
  readonly cells: ReadonlyMap<string, CaseCell>
}

/** Rows of an input. */
export interface CaseInput {
  readonly line: number
  readonly rows: readonly CaseRow[]
}

/** A test of one model: rows of its inputs, and the rows that it must give for them. */
export interface ModelCase {
  readonly model: string
  readonly name: string
  /** Relative to the project. */
  readonly file: string
  /** Of its text: another where that is another. */
  readonly digest: string
  readonly description?: string
  readonly now?: CaseCell
  /** Only columns that `expect` names are compared. */
  readonly partial: boolean
  readonly given: ReadonlyMap<string, CaseInput>
  readonly expect: readonly CaseRow[]
}

/** A file of `tests/<model>/`. */
export interface CaseFile {
  readonly model: string
  readonly name: string
  readonly file: string
  readonly text: string
}

/** Reads a test. TEST_INVALID and TEST_UNKNOWN_NAME with the line; whether its names exist is known when it runs. */
export function parseCase({ model, name, file, text }: CaseFile): ModelCase {
  const invalidAt = (line: number, reason: string): never => {
    throw new MillraceError('TEST_INVALID', { place: `${file}:${line}`, reason })
  }
  const yaml = readYaml(text, invalidAt)
  const faults: YamlFaults = {
    invalid: (path, reason) => invalidAt(yaml.lineOf(path), reason),
    unknownName: (path, what, unknown, known) => {
      const place = `${file}:${yaml.lineOf(path)}`
      throw new MillraceError('TEST_UNKNOWN_NAME', { place, what, name: unknown, suggestion: suggest(unknown, known) })
    },
  }
  const value = yaml.value ?? {}
  if (typeof value !== 'object' || Array.isArray(value))
    return faults.invalid([], 'a test has the keys `given` and `expect`')
  if (!('expect' in value)) return faults.invalid([], 'the test has no `expect`: the rows that the model must give')
  const shape = readShape(caseShape, value, { takes: caseNotes }, faults)
  const given = Object.entries(shape.given ?? {}).map(([input, rows]) => {
    const path = ['given', input]
    return [input, { line: yaml.lineOf(path), rows: rowsOf(yaml, path, rows ?? []) }] as const
  })
  return {
    model,
    name,
    file,
    digest: digestOf(text),
    ...(shape.description !== undefined && { description: shape.description }),
    ...(shape.now !== undefined && { now: cellOf(yaml, ['now']) }),
    partial: shape.partial ?? false,
    given: new Map(given),
    expect: rowsOf(yaml, ['expect'], shape.expect),
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

type Rows = readonly Readonly<Record<string, unknown>>[]

function rowsOf(yaml: YamlText, path: readonly string[], rows: Rows): readonly CaseRow[] {
  return rows.map((row, index) => {
    const at = [...path, `${index}`]
    const cells = Object.keys(row).map((column) => [column, cellOf(yaml, [...at, column])] as const)
    return { line: yaml.lineOf(at), cells: new Map(cells) }
  })
}

function cellOf(yaml: YamlText, path: readonly string[]): CaseCell {
  return { text: textOf(yaml.nodeAt(path), yaml), line: yaml.lineOf(path) }
}

/** Texts as they are, numbers with the digits that are written, lists and maps as JSON. */
function textOf(given: Node | undefined, yaml: YamlText): string | null {
  const node = resolved(given, yaml)
  if (!isScalar(node)) return node === undefined ? null : jsonOf(node, yaml)
  if (node.value === null) return null
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function jsonOf(given: Node | undefined, yaml: YamlText): string {
  const node = resolved(given, yaml)
  if (isSeq(node)) return `[${node.items.map((item) => jsonOf(item as Node, yaml)).join(',')}]`
  if (isMap(node))
    return `{${node.items
      .map(
        ({ key, value }) => `${JSON.stringify(String(isScalar(key) ? key.value : key))}:${jsonOf(value as Node, yaml)}`,
      )
      .join(',')}}`
  const text = textOf(node, yaml)
  if (text === null || !isScalar(node)) return 'null'
  const plain =
    typeof node.value === 'boolean' ||
    (typeof node.value !== 'string' && /^-?(0|[1-9]\d*)(\.\d+)?(e[-+]?\d+)?$/i.test(text))
  return plain ? text : JSON.stringify(text)
}

function resolved(node: Node | undefined, yaml: YamlText): Node | undefined {
  return isAlias(node) ? node.resolve(yaml.document) : node
}
