import { expect, test } from 'vitest'
import { eventFields, spread } from '../../ui/src/pages/streams/event-fields.ts'
import { keptSeconds, linePath, secondLater } from '../../ui/src/pages/streams/rates.ts'
import { clientLines, curlLine, exampleEvent } from '../../ui/src/pages/streams/send-words.ts'

const rate = (received: number) => ({ received, accepted: received, duplicates: 0, rejected: 0 })

test('rates are kept a minute, and a stream that is not told of has come to rest', () => {
  let history = secondLater({}, { events: rate(5) })
  history = secondLater(history, { events: rate(7), others: rate(1) })
  history = secondLater(history, {})
  expect(history).toEqual({ events: [5, 7, 0], others: [1, 0] })
  for (let second = 0; second < 100; second++) history = secondLater(history, { events: rate(second) })
  expect(history['events']?.length).toBe(keptSeconds)
  expect(history['events']?.at(-1)).toBe(99)
})

test('the line of a rate ends at the right edge, and stands on the ground where nothing comes', () => {
  expect(linePath([], 59, 10)).toBe('')
  expect(linePath([0, 5, 10], 59, 10)).toBe('M57 10L58 5L59 0')
  expect(linePath([0], 59, 10)).toBe('M59 10')
})

test('an event is read in a line, what matters first; its JSON keeps all digits', () => {
  expect(eventFields('{"a":null,"note":"","n":1,"kind":"cart","more":{"x":1}}', ['kind'])).toEqual([
    { name: 'kind', text: 'cart' },
    { name: 'n', text: '1' },
    { name: 'more', text: '{"x":1}' },
  ])
  expect(eventFields('[1]')).toEqual([])
  expect(eventFields('{')).toEqual([])
  expect(spread('{"a":1}')).toBe('{\n  "a": 1\n}')
  expect(spread('{"a":12345678901234567890}')).toBe('{"a":12345678901234567890}')
})

test('what is shown to be sent is an event of the stream: its time is now, its id the server’s to give', () => {
  const column = (name: string, type: string, pii = false) => ({ name, type, nullable: true, pii })
  const stream = {
    name: 'events',
    id: 'id',
    time: 'at',
    columns: [column('id', 'uuid'), column('at', 'timestamptz'), column('who', 'varchar', true), column('n', 'bigint')],
  }
  expect(JSON.parse(exampleEvent(stream, '{"id":"x","n":7,"who":"…"}', 0))).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    who: 'text',
    n: 7,
  })
  expect(JSON.parse(exampleEvent(stream, undefined, 0))).toMatchObject({ who: 'text', n: 1 })
  const way = { origin: 'http://h', needsKey: true }
  expect(curlLine('events', `{"a":"it's"}`, way)).toContain(`'{"a":"it'\\''s"}'`)
  expect(curlLine('events', '{}', way)).toContain('$MILLRACE_TOKEN')
  expect(clientLines('my-events', '{}', { origin: 'http://h', needsKey: false })).toContain(
    'send["my-events"].send({})',
  )
})
