import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DemoAnswer, demoAnswer } from '../../src/api/demo.ts'
import { tempFolder } from '../temp-folder.ts'
import { openShop } from './opened-shop.ts'
import { millrace } from './terminal.ts'

async function get(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}

async function back(url: string, pulls: number): Promise<DemoAnswer> {
  let told: DemoAnswer | undefined
  await expect
    .poll(
      async () => {
        told = await get(`${url}/v1/demo`).then(
          (answer) => demoAnswer.parse(answer),
          () => undefined,
        )
        return told?.pulls === pulls ? told.phase : undefined
      },
      { timeout: 60_000, interval: 100 },
    )
    .toMatch(/^(back|failed)$/)
  return told as DemoAnswer
}

const times = process.env['MILLRACE_LONG'] === '1' ? 10 : 1

test('a demo’s plug is pulled while events come: the server is back, all is here, nothing twice; Ctrl-C keeps it', async () => {
  const dir = join(await tempFolder(), 'shop')
  const { url, stop } = await openShop(dir)
  expect(await get(`${url}/v1/session`)).toMatchObject({ access: 'local', demo: true })
  for (let pulls = 1; pulls <= times; pulls++) {
    const asked = await fetch(`${url}/v1/demo/plug`, { method: 'POST' })
    expect(asked.status).toBe(202)
    const { phase, sent, here, twice } = await back(url, pulls)
    expect([phase, here, twice]).toEqual(['back', sent, 0])
    expect(sent).toBeGreaterThanOrEqual(500)
  }
  const elsewhere = { method: 'POST', headers: { origin: 'https://elsewhere.example' } }
  expect((await fetch(`${url}/v1/demo/plug`, elsewhere)).status).toBe(403)
  expect(await get(`${url}/v1/ledger`)).toMatchObject({ closes: true })
  expect(await stop()).not.toBeNull()
  const again = await openShop(dir)
  const sql =
    "SELECT count(*)::INTEGER FROM events WHERE user_session LIKE '________-____-4%' AND event_type = 'view' AND user_id = 1"
  const answer = await fetch(`${again.url}/v1/query`, { method: 'POST', body: JSON.stringify({ sql }) })
  const [[count]] = ((await answer.json()) as { readonly rows: [[number]] }).rows
  expect(count).toBeGreaterThanOrEqual(500)
}, 600_000)

test('a second demo is told that the shop is open already, another shop which port is free, before anything is made', async () => {
  const folder = await tempFolder()
  const dir = join(folder, 'shop')
  const { url } = await openShop(dir)
  const port = new URL(url).port
  const refused = async (...words: string[]) =>
    JSON.parse((await millrace([...words, '--json'])).stderr.trim().split('\n').at(-1) ?? '')
  const open = { code: 'SERVED_ALREADY', message: expect.stringContaining(`open already, at ${url}`) }
  expect(await refused('demo', dir, '--serve', '--port', port)).toMatchObject(open)
  expect(await refused('demo', dir, '--serve', '--port', '0')).toMatchObject(open)
  expect(await refused('start', '--project', dir, '--port', '0')).toMatchObject(open)
  const other = join(folder, 'other')
  expect(await refused('demo', other, '--serve', '--port', port)).toMatchObject({
    code: 'ADDRESS_TAKEN',
    message: `port ${port} of 127.0.0.1 is taken, by the demo of the project \`shop\``,
    hint: expect.stringMatching(/`npm start -- --port \d+`/),
  })
  expect(existsSync(other)).toBe(false)
}, 300_000)
