import { expect, test } from 'vitest'
import { exampleProject, succeed } from './example.ts'

test.each(['shop', 'sparkify', 'loyalty'])('the models of %s all have tests, which pass', async (name) => {
  const dir = await exampleProject(name)
  const results = (await succeed(dir, 'test'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { model: string })
  expect(results.length).toBeGreaterThan(2)
  expect(results).toEqual(results.map(() => expect.objectContaining({ outcome: 'passed' })))
})
