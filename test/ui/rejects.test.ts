import { expect, test } from 'vitest'
import type { RejectView } from '../../src/api/rejects.ts'
import { addedTo, grouped, mendBody, outcomes } from '../../ui/src/pages/rejects/groups.ts'
import { placeIn } from '../../ui/src/pages/rejects/place.ts'

function reject(id: string, given: Partial<RejectView> = {}): RejectView {
  return {
    id,
    table: 'events',
    source: 'events',
    file: 'log/1',
    line: 1,
    column: null,
    code: 'bad_json',
    message: 'no JSON',
    raw: '{',
    encoding: 'text',
    rejected_at: '2026-01-05T09:00:00Z',
    state: 'open',
    reason: null,
    ...given,
  }
}

test('rejects are grouped by table, reason and column, events apart from rows of files', () => {
  const groups = grouped([
    reject('a'),
    reject('b', { code: 'type', column: 'price' }),
    reject('c', { code: 'type', column: 'price' }),
    reject('d', { code: 'type', column: 'n' }),
    reject('e', { code: 'type', column: 'price', file: 'data/a.csv' }),
  ])
  expect(groups.map(({ code, column, ofEvents, rejects }) => [code, column, ofEvents, rejects.length])).toEqual([
    ['type', 'price', true, 2],
    ['bad_json', null, true, 1],
    ['type', 'n', true, 1],
    ['type', 'price', false, 1],
  ])
})

test('the reason is said once: by the group where all share it, else by each', () => {
  const type = (id: string, message: string) => reject(id, { code: 'type', column: 'price', message })
  const told = (rejects: readonly RejectView[]) => {
    const [{ reason }] = grouped(rejects) as [ReturnType<typeof grouped>[number]]
    return [reason, ...rejects.map((each) => addedTo(reason, each, true) ?? '')]
  }
  const dear = type('a', "'dear' is not a decimal(12,2)")
  const quoted = type('b', "'it''s' is not a decimal(12,2)")
  const digits = type('c', "'1.234' has more than 2 digits after the point (decimal(12,2))")
  expect(told([dear, quoted])).toEqual(['is not a decimal(12,2)', '', ''])
  expect(told([dear, digits])).toEqual(['is not of its type', dear.message, digits.message])
  // where the value cannot be marked in the event, its message tells it
  expect(addedTo('is not a decimal(12,2)', dear, false)).toBe(dear.message)
  const rule = reject('d', { code: 'rule:positive', message: 'breaks the rule positive: n > 0' })
  expect(told([rule, { ...rule, id: 'e' }])).toEqual(['breaks the rule positive: n > 0', '', ''])
  const empty = reject('f', { code: 'not_null', message: 'there is no value, and the column is not null' })
  expect(told([empty])).toEqual(['is missing', ''])
  const ofFile = { ...empty, message: `a.ndjson line 3: ${empty.message}` }
  expect(told([empty, ofFile])).toEqual(['is missing', '', ofFile.message])
})

test('the value that is at fault is found in the event', () => {
  expect(placeIn('{"a":"price","price" : "x,\\"y","b":1}', 'price')).toEqual({
    before: '{"a":"price","price" : ',
    place: '"x,\\"y"',
    after: ',"b":1}',
  })
  expect(placeIn('{"n":12.5}', 'N').place).toBe('12.5')
  expect(placeIn('{"n":1}', null)).toEqual({ before: '{"n":1}', place: '', after: '' })
  expect(placeIn('a,b,c', 'n').place).toBe('')
})

test('what is done is done to these very rejects, and told for each of them', () => {
  const rejects = [reject('a'), reject('b'), reject('c')]
  const act = { kind: 'replay', rejects } as const
  expect(mendBody(act, '', true)).toEqual({ how: 'replay', ids: ['a', 'b', 'c'], dry_run: true })
  expect(mendBody({ kind: 'discard', rejects }, 'old', false)).toMatchObject({ how: 'discard', reason: 'old' })
  const answer = {
    chosen: 3,
    more: false,
    refused: [{ reject: 'a', column: null, code: 'bad_json', message: 'no JSON' }],
    done: true,
    mended: 1,
    superseded: 0,
    discarded: 0,
    conflicts: ['b'],
  }
  expect(outcomes(act, answer).map(({ tone, text }) => [tone, text])).toEqual([
    ['bad', 'stays a reject: no JSON'],
    ['bad', 'stays a reject: another event has its id, with other content'],
    ['good', 'taken'],
  ])
  expect(outcomes(act, { ...answer, done: false, conflicts: [] }).map(({ text }) => text)).toContain('will be taken')
  expect(outcomes(act, { ...answer, chosen: 2 }).at(-1)?.tone).toBe('warn')
})
