import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import type { Doors } from '../../src/server/doors.ts'
import { serve } from './harness.ts'

const access = { admin: ['root'], write: [], read: [{ name: 'board', token: 'reads', tables: ['orders'] }] }

const row: Doors['row'] = async (name, key, tables) => {
  if (tables !== 'all' && !tables.includes(name))
    throw new MillraceError('LOOKUP_UNKNOWN', { name, suggestion: 'there are none' })
  if (key === '7') throw new MillraceError('LOOKUP_KEY_UNKNOWN', { name, key: 'id' })
  return JSON.stringify({ name, key })
}

async function look(path: string, token: string) {
  const { call } = await serve({ access, doors: { row } })
  return call(`/v1/lookup/${path}`, { headers: { authorization: `Bearer ${token}` } })
}

test('a row by its key, which may have any letter', async () => {
  const key = 'a/b ü%"?#'
  const found = await look(`orders/${encodeURIComponent(key)}`, 'reads')
  expect(found).toMatchObject({ status: 200, json: { name: 'orders', key } })
})

test('what there is not, and what a token may not see', async () => {
  expect(await look('orders/7', 'root')).toMatchObject({ status: 404, json: { code: 'LOOKUP_KEY_UNKNOWN' } })
  expect(await look('secrets/1', 'reads')).toMatchObject({ status: 404, json: { code: 'LOOKUP_UNKNOWN' } })
  expect(await look('secrets/1', 'root')).toMatchObject({ status: 200 })
  expect(await look('orders/1', 'other')).toMatchObject({ status: 403, json: { code: 'TOKEN_REFUSED' } })
})
