import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { BoundModel, ModelGraph } from './model.ts'

/** What a selection is made from. */
export interface Selectable {
  readonly graph: ModelGraph
  /** The models that are not built as they are written now; undefined where that is not known. */
  readonly changed?: ReadonlySet<string> | undefined
}

/** True where a selection can be told only by what was built. */
export function selectsChanged(words: readonly string[]): boolean {
  return parts(words).some(({ name }) => name === 'changed')
}

/**
 * The models of a selection, each after those that it reads; all where nothing is selected. A word is a model's name or
 * `changed`; `+` before it takes along what it reads, `+` after it what reads it, as does `events+` for a table. Several
 * words, also with commas, are one selection. NAME_UNKNOWN, USAGE.
 */
export function selectModels({ graph, changed }: Selectable, words: readonly string[]): readonly BoundModel[] {
  const { order } = graph
  if (words.length === 0) return order
  const wanted = parts(words)
  if (wanted.length === 0) throw namesNothing()
  const chosen = new Set<string>()
  for (const { name, upstream, downstream } of wanted) {
    const start = startOf(name, downstream, { graph, changed })
    for (const each of start) chosen.add(each)
    if (upstream) for (const each of inputsOf(start, order)) chosen.add(each)
    if (downstream) for (const each of readersOf(start, order)) chosen.add(each)
  }
  return order.filter(({ name }) => chosen.has(name))
}

interface Part {
  readonly name: string
  readonly upstream: boolean
  readonly downstream: boolean
}

function parts(words: readonly string[]): readonly Part[] {
  return words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => ({
      name: word.replace(/^\+|\+$/g, ''),
      upstream: word.startsWith('+'),
      downstream: word.length > 1 && word.endsWith('+'),
    }))
}

function startOf(name: string, downstream: boolean, { graph, changed }: Selectable): readonly string[] {
  if (name === '') throw namesNothing()
  if (name === 'changed') {
    if (changed) return [...changed]
    throw new MillraceError('USAGE', {
      reason: '`changed` is told by what was built, which this command does not look at',
      hint: 'name the models, or give no --select',
    })
  }
  if (graph.byName.has(name) || (downstream && graph.tables.has(name))) return [name]
  if (graph.tables.has(name))
    throw new MillraceError('USAGE', {
      reason: `\`${name}\` is no model`,
      hint: `\`${name}+\` selects the models that read it`,
    })
  throw new MillraceError('NAME_UNKNOWN', { what: 'model', name, suggestion: suggest(name, [...graph.byName.keys()]) })
}

/** An empty selection is a mistake, as of a variable that is not set, and not all models. */
function namesNothing(): MillraceError {
  return new MillraceError('USAGE', {
    reason: 'the selection names no model',
    hint: 'write `--select model`, `+model`, `model+` or `changed`, or leave it out for all',
  })
}

/** What these names read, and what that reads. */
function inputsOf(start: readonly string[], order: readonly BoundModel[]): ReadonlySet<string> {
  const found = new Set(start)
  for (const { name, inputs } of order.toReversed()) if (found.has(name)) for (const input of inputs) found.add(input)
  return found
}

/** What reads these names, and what reads that. */
function readersOf(start: readonly string[], order: readonly BoundModel[]): ReadonlySet<string> {
  const found = new Set(start)
  for (const { name, inputs } of order) if (inputs.some((input) => found.has(input))) found.add(name)
  return found
}
