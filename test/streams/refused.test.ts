import { expect, test } from 'vitest'
import { refusedLater } from '../../src/streams/refused.ts'
import { tempFolder } from '../temp-folder.ts'
import { openIngest } from './ingest-harness.ts'
import { context, liveEngine } from './live-harness.ts'

test('what rules refuse is told of a part of the log, in the tail, in the table, or in both', async () => {
  const root = await tempFolder()
  const engine = await liveEngine(root)
  const on = await openIngest(root, engine)
  const ask = async (first: bigint, next: bigint) =>
    (await refusedLater(on.live, { lake: on.lake, stream: 'events' }, { first, next }, context)).map(
      ({ offset, code }) => [offset, code],
    )
  const bad = 'rule:not_negative'
  await on.send('[{"n":1},{"n":-1},{"n":2},{"n":-2}]')
  expect(await ask(0n, 4n)).toEqual([
    [1n, bad],
    [3n, bad],
  ])
  expect(await ask(2n, 4n)).toEqual([[3n, bad]])
  await on.live.flush()
  await on.send('[{"n":-3},{"n":"x"},{"n":3}]')
  expect(await ask(0n, 3n)).toEqual([[1n, bad]])
  expect(await ask(3n, 7n)).toEqual([
    [3n, bad],
    [4n, bad],
  ])
  expect(await ask(5n, 7n)).toEqual([])
  await on.live[Symbol.asyncDispose]()
  await engine.close()
})
