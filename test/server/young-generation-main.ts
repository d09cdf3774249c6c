/**
 * Makes garbage of which much outlives a collection, turn by turn of the event loop; prints how large V8's young
 * generation has become at most. Argument: the bytes that it is limited to; without it, it is not.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { getHeapSpaceStatistics } from 'node:v8'
import { limitYoungGeneration } from '../../src/server/young-generation.ts'

const limitBytes = Number(process.argv[2])
if (limitBytes > 0) limitYoungGeneration(limitBytes)

const kept: object[] = []
let most = 0
for (let turn = 0; turn < 200; turn++) {
  for (let at = 0; at < 10_000; at++) kept[(turn * 10_000 + at) % 400_000] = { turn, at, text: `${turn} ${at}` }
  const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  most = Math.max(most, space?.space_size ?? 0)
  await nextTurn()
}
console.log(most)
