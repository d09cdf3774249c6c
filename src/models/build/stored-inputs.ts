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
