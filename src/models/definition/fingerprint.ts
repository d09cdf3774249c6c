import { createHash } from 'node:crypto'
import { type Columns, typeText } from '../../core/columns.ts'
import { stringifyExact } from '../../core/json.ts'
import type { BoundModel, Model } from '../model.ts'

/**
 * What a model's rows depend on beside its inputs' rows: the tree of its SQL, what its header says of how it is made, its
 * columns, and the views that it reads. Comments, spaces, checks and descriptions are no part of it.
 */
export function fingerprintOf(model: Model, output: Columns, timezone: string, views: readonly BoundModel[]): string {
  const { kind, time, grain, key, partition, lookback, lookahead } = model
  const content = {
    tree: withoutPlaces(model.parsed.statement),
    kind,
    ...{ time, grain, key, partition, lookback, lookahead },
    zone: grain && timezone,
    output: output.map(({ name, type }) => [name, typeText(type)]),
    views: views.map(({ name, fingerprint }) => [name, fingerprint]).sort(),
  }
  return createHash('sha256').update(stringifyExact(content)).digest('hex').slice(0, 32)
}

function withoutPlaces(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPlaces)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, held]) => (key === 'query_location' ? [] : [[key, withoutPlaces(held)]])),
  )
}
