import { expect, test } from 'vitest'
import { Flights } from '../../src/dashboards/flights.ts'

const asker = (signal = new AbortController().signal) => ({ now: Date.now, emit: () => undefined, signal })

test('who asks while an answer is made gets the next one, and all of them the same', async () => {
  const flights = new Flights<number>()
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let runs = 0
  const begun = Promise.withResolvers<void>()
  const work = async () => {
    const run = runs++
    begun.resolve()
    await gates[run]?.promise
    return { result: run, restMs: 0 }
  }
  const first = flights.join('a', work, asker())
  await begun.promise
  const late = Array.from({ length: 200 }, () => flights.join('a', work, asker()))
  gates[0]?.resolve()
  gates[1]?.resolve()
  expect(await first).toBe(0)
  expect(new Set(await Promise.all(late))).toEqual(new Set([1]))
  expect(runs).toBe(2)
})

test('one who goes leaves the others theirs; when all have gone it is ended', async () => {
  const flights = new Flights<number>()
  const begun = Promise.withResolvers<void>()
  const work = async ({ signal }: { readonly signal: AbortSignal }) => {
    begun.resolve()
    await new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    return { result: 1, restMs: 0 }
  }
  const [one, other] = [new AbortController(), new AbortController()]
  const asked = [flights.join('a', work, asker(one.signal)), flights.join('a', work, asker(other.signal))]
  const outcomes = asked.map((each) => each.catch((error: unknown) => error))
  await begun.promise
  one.abort(new Error('one has gone'))
  expect(await outcomes[0]).toEqual(new Error('one has gone'))
  other.abort(new Error('the other too'))
  expect(await outcomes[1]).toEqual(new Error('the other too'))
  // the next is begun anew
  expect(await flights.join('a', async () => ({ result: 2, restMs: 0 }), asker())).toBe(2)
})
