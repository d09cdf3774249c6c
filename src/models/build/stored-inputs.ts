import { tablesReferred } from '../../checks/usable.ts'
import type { BoundModel, ModelGraph } from '../model.ts'

/** The stored models that a model reads, also through views. */
export function storedInputs(graph: ModelGraph, model: BoundModel): readonly string[] {
  const found = new Set<string>()
  const look = (names: readonly string[]): void => {
    for (const name of names) {
      const input = graph.byName.get(name)
      if (input?.kind === 'view') look(input.inputs)
      else if (input) found.add(name)
    }
  }
  look(model.inputs)
  return [...found]
}

/**
 * The stored models that a model is built after: those it reads, and those that its checks refer to, but for the ones
 * that the graph has put behind it as they are made from it.
 */
export function storedBefore(graph: ModelGraph, model: BoundModel): readonly string[] {
  const names = graph.order.map(({ name }) => name)
  const before = new Set(names.slice(0, names.indexOf(model.name)))
  const referred = tablesReferred(model.checks).filter((name) => before.has(name))
  const stored = referred.flatMap((name) => {
    const table = graph.byName.get(name)
    return table?.kind === 'view' ? storedInputs(graph, table) : [name]
  })
  return [...new Set([...storedInputs(graph, model), ...stored])]
}
