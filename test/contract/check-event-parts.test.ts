import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newContent } from '../../src/contract/check-event/content.ts'
import { md5Word } from '../../src/contract/check-event/digest.ts'
import { doubleText, floatingReader } from '../../src/contract/check-event/numbers.ts'
import { wallClock } from '../../src/contract/clock.ts'
import { erasOf, utcMicros } from '../../src/contract/zone.ts'
import { join, raw, sql, value } from '../../src/sql/text.ts'
import { checker } from './harness.ts'

const { all } = await checker()

test('the digest is the third word of MD5, at every length', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(300).map((_, index) => (index * 37 + length) & 0xff)
    const expected = createHash('md5').update(bytes.subarray(0, length)).digest().readUInt32LE(8)
    expect(md5Word(bytes, length, new Int32Array(bytes.buffer))).toBe(expected)
  }
})

const bits = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => new DataView(bytes.buffer))

test('a double is written as DuckDB writes it', async () => {
  const numbers = fc
    .sample(
      fc.oneof(
        bits.map((view) => view.getFloat64(0)),
        bits.map((view) => view.getFloat32(0)),
        fc
          .tuple(fc.integer(), fc.integer({ min: -20, max: 25 }))
          .map(([digits, power]) => Number(`${digits}e${power}`)),
      ),
      3000,
    )
    .filter(Number.isFinite)
  const texts = numbers.map((number) => value(Object.is(number, -0) ? '-0' : String(number)))
  const rows = await all(`SELECT unnest([${join(texts)}])::DOUBLE::VARCHAR AS text`)
  expect(numbers.map(doubleText)).toEqual(rows.map(({ text }) => text))
})

test('a text is rounded to a single once, also where it lies next to the middle of two', async () => {
  const middles = fc
    .sample(
      bits.map((view) => [view.getFloat32(0), view] as const),
      600,
    )
    .flatMap(([single, view]) => {
      if (!Number.isFinite(single) || single === 0) return []
      view.setInt32(0, view.getInt32(0) + 1)
      const next = view.getFloat32(0)
      if (!Number.isFinite(next)) return []
      // exact: the sum of two neighbours has a bit more than each
      const middle = exactText((single + next) / 2)
      return [middle, `${middle}1`, middle.replace(/[1-9](?=0*$)/, (digit) => `${Number(digit) - 1}9`)]
    })
  const read = floatingReader(true, { formats: [], timezone: 'UTC', decimal: '.', nan: 'null' })
  const encoder = new TextEncoder()
  const mine = middles.map((text) => {
    const content = newContent()
    const bytes = encoder.encode(text)
    return read(bytes, 0, bytes.length, content) === 0
      ? new TextDecoder().decode(content.bytes.subarray(0, content.length))
      : 'refused'
  })
  const rows = await all(`SELECT unnest([${join(middles.map(value))}])::FLOAT::DOUBLE::VARCHAR AS text`)
  expect(mine).toEqual(rows.map(({ text }) => text))
})

/** All digits of a double, with a point. */
function exactText(number: number): string {
  let [scaled, shift] = [Math.abs(number), 0]
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    shift++
  }
  const digits = String(BigInt(scaled) * 5n ** BigInt(shift)).padStart(shift + 1, '0')
  const text = shift === 0 ? `${digits}.0` : `${digits.slice(0, -shift)}.${digits.slice(-shift)}`
  return number < 0 ? `-${text}` : text
}

test.each([
  'UTC',
  '+05:30',
  'America/New_York',
  'America/Hermosillo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Europe/Dublin',
  'Pacific/Apia',
])('the clocks of %s are those of SQL, at each change of them', async (zone) => {
  const edges = erasOf(zone).flatMap(({ fromMs, offsetMs }, index, eras) =>
    [offsetMs, eras[index - 1]?.offsetMs ?? offsetMs].map((ahead) => (fromMs + ahead) / 1000),
  )
  const moments = [...edges.filter((edge) => edge > -2_208_000_000), 0, 1_600_000_000, 4_000_000_000].flatMap((edge) =>
    [-86_400, -1801, -1, 0, 1, 1799, 3600, 90_000].map((more) => edge + more),
  )
  const within = moments.filter((local) => local > -2_208_000_000 && local < 4_102_000_000)
  const clock = wallClock(zone)
  const list = raw(within.map((local) => `${local * 1_000_000}`).join(','))
  const rows = await all(
    sql`SELECT ${utcMicros(raw('local'), zone)} AS utc FROM (SELECT unnest([${list}]::BIGINT[]) AS local)`.text,
  )
  expect(within.map((local) => clock(local) ?? null)).toEqual(
    rows.map(({ utc }) => (utc === null ? null : Number(utc) / 1_000_000)),
  )
})
