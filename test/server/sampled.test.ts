import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { type Started, startProcess } from './started.ts'

/** Five minutes: `MILLRACE_SAMPLED_SECONDS=300`. */
const seconds = Number(process.env['MILLRACE_SAMPLED_SECONDS'] ?? 10)
const perSecond = 1_000
/** A batch of so many leaves every so often. */
const batch = 50

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'sampled',
  streams: {
    events: stream({
      columns: { id: 'uuid', event_time: 'timestamptz not null', type: 'varchar not null', price: 'decimal(12,2)' },
      id: 'id',
      time: 'event_time',
      partitionBy: { day: 'event_time' },
      rules: { known: "type IN ('view', 'cart', 'purchase')" },
    }),
  },
})
`

/** Models of each way to be complete at any moment: computed on the spot, by interval, by key. */
const models = {
  operations: '/*\nkind: incremental\ntime: event_time\ngrain: day\n*/\nSELECT id, event_time, type, price FROM events',
  views: "SELECT id FROM events WHERE type = 'view'",
  carts:
    "/*\nkind: incremental\ntime: event_time\ngrain: hour\n*/\nSELECT id, event_time FROM events WHERE type = 'cart'",
  purchases: "/*\nkind: merge\nkey: [id]\n*/\nSELECT id, price FROM events WHERE type = 'purchase'",
}

const sql = `SELECT (SELECT count(*) FROM operations), (SELECT count(*) FROM views), (SELECT count(*) FROM carts),
  (SELECT count(*) FROM purchases), (SELECT count(*) FROM events), (SELECT count(DISTINCT id) FROM events)`

const kinds = ['view', 'view', 'view', 'cart', 'purchase']

class Producer {
  readonly #server: Started
  readonly #underWay = new Set<Promise<void>>()
  sent = 0
  acknowledged = 0
  failure: unknown

  constructor(server: Started) {
    this.#server = server
  }

  /** Sends at the rate that was asked for, or as fast as it is answered. */
  async run(untilMs: number): Promise<void> {
    const startedMs = performance.now()
    for (let batches = 0; performance.now() < untilMs && !this.failure; batches++) {
      await sleep(Math.max(0, startedMs + (batches * batch * 1000) / perSecond - performance.now()))
      while (this.#underWay.size >= 8) await Promise.race(this.#underWay)
      const sending: Promise<void> = this.#send()
        .catch((error: unknown) => {
          this.failure ??= error
        })
        .finally(() => this.#underWay.delete(sending))
      this.#underWay.add(sending)
    }
    await Promise.all(this.#underWay)
    if (this.failure) throw this.failure
  }

  async #send(): Promise<void> {
    const event_time = new Date().toISOString()
    const events = Array.from({ length: batch }, () => ({
      id: randomUUID(),
      event_time,
      type: kinds[this.sent++ % 5],
      price: 1.5,
    }))
    const init = { method: 'POST', body: JSON.stringify(events) }
    const response = await fetch(`${this.#server.url}/v1/streams/events`, init)
    expect(await response.json()).toMatchObject({ accepted: batch, rejected: [] })
    this.acknowledged += batch
  }
}

test('every answer has all that was acknowledged before it was asked for, and all its tables are of one moment', {
  timeout: 120_000 + seconds * 3_000,
}, async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  mkdirSync(join(dir, 'models'))
  for (const [name, text] of Object.entries(models)) writeFileSync(join(dir, 'models', `${name}.sql`), text)
  const server = await startProcess(dir, '--flush-rows', '1500', '--flush-seconds', '5')
  const producer = new Producer(server)
  const untilMs = performance.now() + seconds * 1000
  const tookMs: number[] = []
  const sample = async () => {
    while (performance.now() < untilMs) {
      const { acknowledged } = producer
      const startedMs = performance.now()
      const [row = []] = await server.ask(sql)
      tookMs.push(performance.now() - startedMs)
      const [operations = 0, views = 0, carts = 0, purchases = 0, events, distinct] = row.map(Number)
      expect(operations).toBeGreaterThanOrEqual(acknowledged)
      expect(operations).toBeLessThanOrEqual(producer.sent)
      expect({ operations, events, distinct }).toEqual({ operations, events: operations, distinct: operations })
      expect(views + carts + purchases).toBe(operations)
      await sleep(10)
    }
  }
  await Promise.all([producer.run(untilMs), sample(), sample()])
  expect(await server.ask('SELECT count(*) FROM operations')).toEqual([[producer.acknowledged]])
  const [p50, p95] = [0.5, 0.95].map((share) => tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * share)])
  console.info(JSON.stringify({ events: producer.sent, seconds, answers: tookMs.length, p50, p95 }))
  expect(tookMs.length).toBeGreaterThan(2)
  await server.kill('SIGINT')
})
