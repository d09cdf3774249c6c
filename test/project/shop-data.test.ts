import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { shopHeader, shopLines, shopPace, writeShopDays, writeShopFile } from '../../src/project/shop-data.ts'
import { tempFolder } from '../temp-folder.ts'

const options = { rows: 50_000, seed: 7, endMs: Date.UTC(2026, 10, 20, 12), days: 7 }
const lines = [...shopLines(options)].flatMap(({ text }) => text.trimEnd().split('\n'))
const events = lines.map((line) => {
  const [time = '', type, product, categoryId, code, brand, price = '', user, session] = line.split(',')
  return {
    at: Date.parse(time.replace(' UTC', 'Z').replace(' ', 'T')),
    type,
    product,
    categoryId,
    code,
    brand,
    price,
    user,
    session,
  }
})

const context = { signal: new AbortController().signal, emit: () => undefined, now: () => 0 }

test('the same seed and end give the same bytes, another seed others', () => {
  const digest = (seed: number) =>
    createHash('sha256')
      .update([...shopLines({ ...options, rows: 5000, seed })].map(({ text }) => text).join(''))
      .digest('hex')
  expect(digest(7)).toBe(digest(7))
  expect(digest(7)).not.toBe(digest(8))
})

test('times rise and end within the last minutes before the given instant', () => {
  expect(lines.length).toBe(options.rows)
  for (let row = 1; row < events.length; row++) expect((events[row]?.at ?? 0) >= (events[row - 1]?.at ?? 0)).toBe(true)
  const last = events.at(-1)?.at ?? 0
  expect(last).toBeLessThan(options.endMs)
  expect(last).toBeGreaterThan(options.endMs - 600_000)
  expect(events[0]?.at).toBeGreaterThanOrEqual(options.endMs - 7 * 86_400_000)
})

test('afternoons are busier than nights, and weekends than weekdays', () => {
  const count = (wanted: (date: Date) => boolean) => events.filter(({ at }) => wanted(new Date(at))).length
  expect(count((date) => date.getUTCHours() === 15)).toBeGreaterThan(5 * count((date) => date.getUTCHours() === 23))
  expect(count((date) => date.getUTCDay() === 0)).toBeGreaterThan(1.2 * count((date) => date.getUTCDay() === 2))
})

test('a growing shop goes on as it ends: no hour after the end is unlike the last ones, and a sale stands out', () => {
  const growing = { ...options, rows: 200_000, days: 30, saleMs: 40 * 60_000, isGrowing: true }
  const times = [...shopLines(growing)].flatMap(({ text }) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => Date.parse(`${line.slice(0, 10)}T${line.slice(11, 19)}Z`)),
  )
  const perMinute = (fromMs: number, toMs: number) =>
    times.filter((at) => at >= fromMs && at < toMs).length / ((toMs - fromMs) / 60_000)
  const { endMs } = growing
  const pace = shopPace(growing)
  const last = perMinute(endMs - 30 * 60_000, endMs)
  expect((pace(endMs) * 60) / last).toBeGreaterThan(0.75)
  expect((pace(endMs) * 60) / last).toBeLessThan(1.33)
  expect(perMinute(endMs - 40 * 60_000, endMs - 30 * 60_000) / last).toBeGreaterThan(4)
  const nights = Array.from({ length: 24 }, (_, hour) => pace(endMs + hour * 3_600_000))
  expect(Math.max(...nights) / Math.min(...nights)).toBeLessThan(2.5)
  // most of it is of the last days, and every day has some
  expect(times.filter((at) => at >= endMs - 86_400_000).length / times.length).toBeGreaterThan(0.08)
  expect(new Set(times.map((at) => Math.floor(at / 86_400_000))).size).toBe(31)
})

test('a purchase follows its cart in the same visit, and most events are views', () => {
  const inCart = new Set<string>()
  for (const { type, product, session } of events) {
    const key = `${product} ${session}`
    if (type === 'cart') inCart.add(key)
    if (type === 'purchase') expect(inCart.has(key)).toBe(true)
  }
  const share = (type: string) => events.filter((event) => event.type === type).length / events.length
  expect(share('view')).toBeGreaterThan(0.85)
  expect(share('cart')).toBeGreaterThan(share('purchase'))
  expect(share('purchase')).toBeGreaterThan(0.01)
})

test('a product has one category, brand and price, and a visit one person', () => {
  const products = new Map<string, string>()
  const people = new Map<string, string>()
  for (const { product = '', categoryId, code, brand, price, user = '', session = '' } of events) {
    const facts = `${categoryId} ${code} ${brand} ${price}`
    expect(products.get(product) ?? facts).toBe(facts)
    products.set(product, facts)
    expect(people.get(session) ?? user).toBe(user)
    people.set(session, user)
    expect(price).toMatch(/^\d+\.\d\d$/)
  }
})

test('a file a day holds the same lines as one file', async () => {
  const dir = await tempFolder()
  await writeShopFile(join(dir, 'all.csv'), options, context)
  const written = await writeShopDays(join(dir, 'days'), options, context)
  expect(written.length).toBe(8)
  const joined = written.map((file) => gunzipSync(readFileSync(file)).toString('latin1').slice(shopHeader.length))
  expect(shopHeader + joined.join('')).toBe(readFileSync(join(dir, 'all.csv'), 'latin1'))
})

test('cancelled, it leaves no file behind', async () => {
  const dir = await tempFolder()
  const stop = new AbortController()
  const emit = () => stop.abort(new Error('enough'))
  await expect(writeShopFile(join(dir, 'all.csv'), options, { ...context, signal: stop.signal, emit })).rejects.toThrow(
    'enough',
  )
  expect(readdirSync(dir)).toEqual([])
})
