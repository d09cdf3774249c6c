import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FrameOptions, framesOf } from '../../src/streams/frames.ts'

const decoder = new TextDecoder()

function cut(text: string, options: Partial<FrameOptions> = {}) {
  const body = new TextEncoder().encode(text)
  const { events, broken } = framesOf(body, { lines: false, ...options })
  const texts = events.map(({ start, end }) => decoder.decode(body.subarray(start, end)))
  return { texts, ...(broken && { rest: decoder.decode(body.subarray(broken.at)), message: broken.message }) }
}

test('one event, an array, and events that follow each other', () => {
  expect(cut(' {"a": [1, "}"]} ')).toEqual({ texts: ['{"a": [1, "}"]}'] })
  expect(cut('\ufeff[{"a":1} ,\n{"b":"]\\""}, 3 ]\r\n')).toEqual({ texts: ['{"a":1}', '{"b":"]\\""}', '3'] })
  expect(cut('{"a":1}{"b":2}\n {"c":3}')).toEqual({ texts: ['{"a":1}', '{"b":2}', '{"c":3}'] })
  expect(cut('[ ]')).toEqual({ texts: [] })
})

test('in lines each is judged by itself, also one that is no JSON', () => {
  const text = '\ufeff{"a":1}\r\n\n{"a":\n  [1,2]\t\n"x\n{"b":2}'
  expect(cut(text, { lines: true })).toEqual({ texts: ['{"a":1}', '{"a":', '[1,2]', '"x', '{"b":2}'] })
  expect(cut(' \n', { lines: true })).toEqual({ texts: [] })
})

test('one element that is wrong leaves the others of its array alone', () => {
  expect(cut('[{"a":nul},{"b":"\\ud800"},{"c":3}]').texts).toEqual(['{"a":nul}', '{"b":"\\ud800"}', '{"c":3}'])
})

test('an array that does not end is told as such, and the events before keep', () => {
  expect(cut('[{"a":1},{"b":')).toEqual({
    texts: ['{"a":1}'],
    rest: '{"b":',
    message: 'a value is expected here that ends',
  })
  expect(cut('[{"a":1}')).toEqual({ texts: ['{"a":1}'], rest: '', message: 'the array does not end' })
  expect(cut('[{"a":1} {"b":2}]')).toMatchObject({ texts: ['{"a":1}'], rest: '{"b":2}]' })
  expect(cut('[{"a":1},,{"b":2}]')).toMatchObject({ texts: ['{"a":1}'], rest: ',{"b":2}]' })
  expect(cut('[{"a":1}] x')).toMatchObject({ texts: ['{"a":1}'], rest: 'x', message: 'something follows the array' })
})

test.each(['', ' \n', '{', '{"a":1', '[', ']', '}', '["', ',', '"x'])('%j holds no event', (text) => {
  expect(() => cut(text)).toThrow(expect.objectContaining({ code: 'BODY_BROKEN' }))
})

test('more events than one request may hold are refused before any is taken', () => {
  expect(cut('1 2 3', { maxEvents: 3 }).texts).toHaveLength(3)
  for (const lines of [true, false])
    expect(() => cut('1\n2\n3\n4', { maxEvents: 3, lines })).toThrow(
      expect.objectContaining({ code: 'EVENTS_TOO_MANY', httpStatus: 413 }),
    )
})

test('what is put together is taken apart again, and no byte but space is lost', () => {
  const json = fc.json({ maxDepth: 3 }).map((text) => `{"v":${text}}`)
  const gap = fc.constantFrom('', ' ', '\n', '\r\n\t')
  fc.assert(
    fc.property(fc.array(json, { minLength: 1 }), gap, (items, space) => {
      expect(cut(`[${items.join(`${space},${space}`)}${space}]`).texts).toEqual(items)
      expect(cut(items.join(`${space}\n`)).texts).toEqual(items)
      expect(cut(items.join(`${space}\n`), { lines: true }).texts).toEqual(items)
    }),
  )
  const bits = fc.constantFrom(...['{', '}', '[', ']', '"', '\\', ',', ' ', '\n', 'a', '1', ':', '\u0000', 'é'])
  fc.assert(
    fc.property(
      fc.array(bits).map((all) => all.join('')),
      fc.boolean(),
      (text, lines) => {
        let found: ReturnType<typeof cut>
        try {
          found = cut(text, { lines })
        } catch (error) {
          expect(error).toMatchObject({ code: 'BODY_BROKEN' })
          return
        }
        const kept = found.texts.join('') + ('rest' in found ? found.rest : '')
        const bare = (given: string) => given.replace(/[ \n]|^\[|[,\]](?=\s*$)/g, '')
        if (lines) expect(kept.replace(/[ \n]/g, '')).toBe(text.replace(/[ \n]/g, ''))
        else expect(bare(text).length - bare(kept).length).toBeLessThanOrEqual(found.texts.length + 1)
      },
    ),
  )
})

test('a body of nothing but brackets is cut in one go', () => {
  const deep = '['.repeat(2_000_000)
  expect(() => cut(deep)).toThrow(expect.objectContaining({ code: 'BODY_BROKEN' }))
  expect(() => cut('{"a":'.repeat(400_000))).toThrow(expect.objectContaining({ code: 'BODY_BROKEN' }))
  expect(cut('{"a":\n'.repeat(90_000), { lines: true }).texts).toHaveLength(90_000)
})
