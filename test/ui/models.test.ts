import { expect, test } from 'vitest'
import type { ModelView } from '../../src/api/models.ts'
import { layersOf } from '../../ui/src/pages/models/layers.ts'

test('a model stands after all that it reads, and near to it', () => {
  const model = (name: string, ...inputs: readonly string[]) => ({ name, inputs }) as unknown as ModelView
  const models = [model('far', 'users'), model('near', 'events'), model('last', 'near', 'users'), model('alone')]
  const places = layersOf(models).map(({ name, layer, at }) => [name, layer, at])
  expect(places).toEqual([
    ['users', 0, 0],
    ['events', 0, 1],
    ['alone', 0, 2],
    ['far', 1, 0],
    ['near', 1, 1],
    ['last', 2, 0],
  ])
})
