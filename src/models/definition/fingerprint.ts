import { createHash } from 'node:crypto'
import { type Columns, typeText } from '../../core/columns.ts'
import { fingerprint } from '../../sql/fingerprint.ts'
import type { BoundModel, Model } from '../model.ts'

/**
 * What a model's rows depend on beside its inputs' rows: the tree of its SQL, what its header says of how it is made, its
 * columns, and the views that it reads. Comments, spaces, checks and descriptions are no part of it.
 */
export function fingerprintOf(model: Model, output: Columns, timezone: string, views: readonly BoundModel[]): string {
  const { kind, time, grain, key, partition, lookback, lookahead } = model
  const content = {
    tree: fingerprint(model.parsed),
    kind,
    ...{ time, grain, key, partition, lookback, lookahead },
    zone: grain && timezone,
    output: output.map(({ name, type }) => [name, typeText(type)]),
    views: views.map(({ name, fingerprint }) => [name, fingerprint]).sort(),
  }
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)
}
