import type { ModelView } from '../../../../src/api/models.ts'

/** A table or a model in the graph: the column it stands in, and its place there from the top. */
export interface Placed {
  readonly name: string
  readonly layer: number
  readonly at: number
  readonly model: ModelView | undefined
}

/** Each model one layer after the last of what it reads; in a layer near what it reads, so that few lines cross. */
export function layersOf(models: readonly ModelView[]): readonly Placed[] {
  const placed = new Map<string, Placed>()
  const heights: number[] = []
  const put = (name: string, layer: number, model?: ModelView): void => {
    const at = heights[layer] ?? 0
    heights[layer] = at + 1
    placed.set(name, { name, layer, at, model })
  }
  const own = new Set(models.map(({ name }) => name))
  for (const name of new Set(models.flatMap(({ inputs }) => inputs))) if (!own.has(name)) put(name, 0)
  const layers = new Map<number, ModelView[]>()
  const depth = new Map<string, number>()
  // they come each after those that it reads
  for (const model of models) {
    const layer = Math.max(0, ...model.inputs.map((input) => (depth.get(input) ?? 0) + 1))
    depth.set(model.name, layer)
    layers.set(layer, [...(layers.get(layer) ?? []), model])
  }
  for (const [layer, held] of [...layers].sort(([a], [b]) => a - b)) {
    const middle = ({ inputs }: ModelView) =>
      inputs.reduce((sum, input) => sum + (placed.get(input)?.at ?? 0), 0) / Math.max(1, inputs.length)
    for (const model of held.toSorted((a, b) => middle(a) - middle(b))) put(model.name, layer, model)
  }
  return [...placed.values()]
}
