import { appendFileSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { type Started, startProcess } from './started.ts'

/** How often the server is killed. */
const kills = Number(process.env['MILLRACE_KILLS'] ?? 4)

const config = `import { defineProject, spool, stream } from 'millrace'
export default defineProject({
  name: 'spools',
  streams: { orders: stream({ columns: { n: 'bigint not null', what: 'varchar' }, rules: { not_three: 'n % 10 <> 3' } }) },
  sources: {
    kept: spool('kept/*', { into: 'orders', header: false, delimiter: '|' }),
    moved: spool('moved/*', { into: 'orders', header: false, delimiter: '|', done: 'move' }),
    gone: spool('gone/*', { into: 'orders', header: false, delimiter: '|', done: 'delete' }),
  },
})
`

test('a line of a spool is there once, as a row or a reject, however often the server is killed', {
  timeout: 90_000 + kills * 6_000,
}, async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  for (const folder of ['kept', 'moved', 'gone']) mkdirSync(join(dir, folder))
  const start = (): Promise<Started> => startProcess(dir, '--flush-rows', '40', '--flush-seconds', '1')
  let next = 0
  /** Lines, of which a seventh is none. */
  const lines = (count: number) =>
    Array.from({ length: count }, () => (next % 7 === 5 ? `${next++}\n` : `${next++}|mocha 80\n`)).join('')
  const drop = (folder: string, name: string, text: string) => {
    writeFileSync(join(dir, folder, `.${name}`), text)
    renameSync(join(dir, folder, `.${name}`), join(dir, folder, name))
  }
  let over = false
  const produce = async (): Promise<void> => {
    for (let file = 0; !over; file++) {
      drop('moved', `m${file}`, lines(3))
      // the name comes again and again
      if (readdirSync(join(dir, 'gone')).every((name) => name.startsWith('.'))) drop('gone', 'order.txt', lines(2))
      appendFileSync(join(dir, 'kept', 'log.txt'), lines(2))
      if (file % 20 === 0) drop('kept', `k${file}`, lines(20_000))
      await sleep(file % 10 === 0 ? 700 : 30)
    }
  }
  let server = await start()
  const producing = produce()
  for (let kill = 0; kill < kills; kill++) {
    await sleep(200 + Math.random() * 1_200)
    await server.kill('SIGKILL')
    server = await start()
  }
  over = true
  await producing
  const bad = Array.from({ length: next }, (_, n) => n).filter((n) => n % 7 === 5)
  const good = Array.from({ length: next }, (_, n) => n).filter((n) => n % 7 !== 5 && n % 10 !== 3)
  await vi.waitFor(async () => expect(await server.ask('SELECT count(*) FROM orders')).toEqual([[good.length]]), {
    timeout: 40_000,
    interval: 300,
  })
  expect(await server.ask('SELECT count(DISTINCT n), max(n) FROM orders')).toEqual([[good.length, good.at(-1)]])
  await server.kill('SIGINT')
  server = await start()
  const rejects = `SELECT code, count(*), count(DISTINCT raw) FROM millrace.rejects GROUP BY code ORDER BY code`
  const broken = next - good.length - bad.length
  expect(await server.ask(rejects)).toEqual([
    ['missing_fields', bad.length, bad.length],
    ['rule:not_three', broken, broken],
  ])
  expect(await server.ask('SELECT count(*) FROM orders')).toEqual([[good.length]])
  expect(await server.ask('SELECT closes, open FROM millrace.ledger')).toEqual([[true, null]])
  expect(readdirSync(join(dir, 'moved'))).toEqual(['done'])
  await server.kill('SIGINT')
})
