import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Heard, nothingHeard } from '../../ui/src/data/changes/heard.ts'
import { keepCurrent, type Pace } from '../../ui/src/pages/dashboards/keep-current.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A page that asks, and a server that says what moves and answers when it is told to. */
function page(pace: Partial<Pace> = {}, { everyMinute = false, isOld = false } = {}) {
  let heard: Heard = { ...nothingHeard(0), open: true, connection: 1, streams: { events: '0', other: '0' } }
  const listeners = new Set<() => void>()
  const answers: ((restMs: number | undefined) => void)[] = []
  const state = { asked: 0, hidden: false }
  const changes = {
    get: () => heard,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const kept = keepCurrent(
    changes,
    {
      concerns: (moved) => moved === 'all' || moved.includes('events'),
      ask: () => {
        state.asked++
        return new Promise<number | undefined>((resolve) => answers.push(resolve))
      },
      isOld,
      isHidden: () => state.hidden,
      restMs: 0,
      everyMinute,
    },
    { leastMs: 0, paused: false, ...pace },
  )
  const tell = (told: Partial<Heard>) => {
    heard = { ...heard, ...told }
    for (const listener of listeners) listener()
  }
  let offset = 0
  return {
    state,
    ...kept,
    move: (stream = 'events') => tell({ streams: { ...heard.streams, [stream]: String(++offset) } }),
    reconnect: () => tell({ connection: heard.connection + 1 }),
    async answer(restMs: number | undefined) {
      answers.shift()?.(restMs)
      await vi.advanceTimersByTimeAsync(0)
    },
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  }
}

test('a tab is asked again once what is behind it has moved, and never for what is not', async () => {
  const { state, move, pass } = page()
  await pass(10_000)
  move('other')
  await pass(10_000)
  expect(state.asked).toBe(0)
  move()
  await pass(0)
  expect(state.asked).toBe(1)
})

test('while an answer is on its way nothing is asked; the next asking rests as long as the answer says', async () => {
  const { state, move, pass, answer } = page()
  await pass(250)
  move()
  for (let each = 0; each < 20; each++) {
    move()
    await pass(100)
  }
  expect(state.asked).toBe(1)
  await answer(900)
  await pass(899)
  expect(state.asked).toBe(1)
  await pass(1)
  expect(state.asked).toBe(2)
  await answer(0)
  await pass(60_000)
  expect(state.asked).toBe(2)
})

test('an answer that costs nothing is asked for four times a second at most, and not faster than is wished', async () => {
  const fast = page()
  const slow = page({ leastMs: 5_000 })
  for (let each = 0; each < 100; each++) {
    for (const { move, answer } of [fast, slow]) {
      move()
      await answer(0)
    }
    await fast.pass(100)
  }
  expect(fast.state.asked).toBeGreaterThan(25)
  expect(fast.state.asked).toBeLessThanOrEqual(41)
  expect(slow.state.asked).toBe(2)
})

test('what is paused or seen by nobody is not asked for, and is as soon as somebody looks', async () => {
  const paused = page({ paused: true })
  paused.move()
  await paused.pass(60_000)
  expect(paused.state.asked).toBe(0)
  const resumed = page({}, { isOld: true })
  await resumed.pass(250)
  expect(resumed.state.asked).toBe(1)
  const { state, move, pass, look } = page()
  state.hidden = true
  move()
  await pass(60_000)
  expect(state.asked).toBe(0)
  state.hidden = false
  look()
  expect(state.asked).toBe(1)
})

test('after a failure it is asked again, and after the connection was lost, whatever was heard', async () => {
  const { state, move, pass, answer, reconnect, stop } = page()
  await pass(250)
  move()
  await answer(undefined)
  await pass(1_000)
  expect(state.asked).toBe(2)
  await answer(0)
  await pass(250)
  reconnect()
  await pass(0)
  expect(state.asked).toBe(3)
  stop()
  await answer(0)
  move()
  await pass(60_000)
  expect(state.asked).toBe(3)
})

test('spans that end now move with the minute', async () => {
  const { state, pass } = page({}, { everyMinute: true })
  await pass(59_000)
  expect(state.asked).toBe(0)
  await pass(2_000)
  expect(state.asked).toBe(1)
})
