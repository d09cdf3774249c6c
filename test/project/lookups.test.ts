import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deleteWhere } from '../../src/lake/delete.ts'
import { buildModels, planModels } from '../../src/project/building.ts'
import { type LiveProject, openLive } from '../../src/project/live.ts'
import { type OpenProject, openProject } from '../../src/project/open.ts'
import { context } from '../cli/project-folder.ts'
import { millrace } from '../cli/terminal.ts'
import { tempFolder } from '../temp-folder.ts'

const config = (lookup: string) => `import { defineProject, files, stream, table } from 'millrace'
export default defineProject({
  name: 'cafe',
  streams: { orders: stream({ columns: { customer: 'bigint not null', amount: 'decimal(12,2)', at: 'timestamptz' } }) },
  tables: { customers: table({ key: 'customer', columns: { customer: 'bigint not null', name: 'varchar' }, from: files('c*.csv') }) },
  lookup: { ${lookup} },
})
`
const model = (kind: string, rest = '') =>
  `/*\nkind: ${kind}\n*/\nSELECT c.customer, c.name, sum(o.amount) AS spent FROM customers c JOIN orders o ON o.customer = c.customer ${rest}GROUP BY ALL`

const all = `customers: { key: 'customer' }, orders: { key: 'customer' }, spent: { key: 'customer' }, seen: { key: 'name' }, days: { key: 'day' }`

async function withCafe(work: (live: LiveProject, project: OpenProject, dir: string) => Promise<void>, lookup = all) {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config(lookup))
  writeFileSync(join(dir, 'c1.csv'), 'customer,name\n1,Ana\n2,Ben\n3,"C ""D"" ü/%"\n')
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models', 'spent.sql'), model('merge\nkey: [customer]'))
  writeFileSync(join(dir, 'models', 'seen.sql'), 'SELECT name, spent, customer FROM spent')
  writeFileSync(
    join(dir, 'models', 'days.sql'),
    `/*\nkind: incremental\ntime: day\ngrain: day\n*/\nSELECT CAST("at" AT TIME ZONE 'UTC' AS DATE) AS day, count(*) AS n FROM orders GROUP BY day`,
  )
  expect(await millrace(['--project', dir, 'load'])).toMatchObject({ status: 0 })
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  await using live = await openLive(project, context)
  await work(live, project, dir)
}

const order = (customer: number, amount: number, day = 1) => ({ customer, amount, at: `2026-11-0${day}T10:00:00Z` })
const take = (live: LiveProject, ...orders: readonly object[]) =>
  live.take('orders', Buffer.from(JSON.stringify(orders)), { lines: false })
const row = async (live: LiveProject, name: string, key: string) =>
  JSON.parse(await live.row(name, key, context)) as unknown
const failure = (live: LiveProject, name: string, key: string) =>
  live.row(name, key, context).then(
    (found) => found,
    (error: { code: string }) => error.code,
  )

test('a row has all that was acknowledged before it was asked for, from the tail, a flush, a build', async () => {
  await withCafe(async (live, project) => {
    expect(await live.row('customers', '3', context)).toContain('{"customer":3,"name":"C \\"D\\" ü/%",')
    expect(await failure(live, 'spent', '1')).toBe('LOOKUP_KEY_UNKNOWN')
    let spent = 0
    for (let at = 1; at <= 12; at++) {
      await take(live, order(1, at), order(2, 1, (at % 3) + 1))
      spent += at
      const mine = { customer: 1, name: 'Ana', spent }
      expect(await row(live, 'spent', '1')).toEqual(mine)
      expect(await row(live, 'seen', 'Ana')).toEqual(mine)
      expect(await row(live, 'spent', '2')).toEqual({ customer: 2, name: 'Ben', spent: at })
      expect(await row(live, 'days', '2026-11-02')).toMatchObject({ day: '2026-11-02' })
      if (at % 4 === 1) await live.flush()
      if (at % 4 === 3) await buildModels(await planModels(project, {}, context), context)
    }
    expect(await failure(live, 'orders', '1')).toBe('LOOKUP_NOT_UNIQUE')
    await take(live, order(3, 5))
    expect(await row(live, 'orders', '3')).toMatchObject({ customer: 3, amount: 5 })
    expect(await live.row('spent', '3', context)).toContain('"spent":5.00')
  })
}, 120_000)

test('what others commit is seen, rows that go too', async () => {
  await withCafe(async (live, { lake }) => {
    await take(live, order(1, 2), order(2, 3))
    await live.flush()
    expect(await row(live, 'spent', '2')).toMatchObject({ spent: 3 })
    expect(await row(live, 'customers', '2')).toMatchObject({ name: 'Ben' })
    await deleteWhere(lake, 'customers', { sql: 'customer = 2' }, {}, context)
    await expect.poll(() => failure(live, 'customers', '2'), { timeout: 10_000 }).toBe('LOOKUP_KEY_UNKNOWN')
    await expect.poll(() => failure(live, 'spent', '2'), { timeout: 10_000 }).toBe('LOOKUP_KEY_UNKNOWN')
    expect(await row(live, 'spent', '1')).toMatchObject({ spent: 2 })
  })
}, 60_000)

test('what is not looked up, and a name that there is not', async () => {
  await withCafe(async (live) => {
    await expect(live.row('customer', '1', context)).rejects.toMatchObject({
      code: 'LOOKUP_UNKNOWN',
      hint: expect.stringContaining('customers'),
    })
  })
  await expect(withCafe(async () => undefined, "spend: { key: 'customer' }")).rejects.toMatchObject({
    code: 'CONFIG_UNKNOWN_NAME',
    fields: { place: 'millrace.config.ts:6' },
  })
  await withCafe(async (live) => {
    await expect(live.row('spent', '1', context)).rejects.toMatchObject({ code: 'SQL_INVALID' })
  }, "spent: { key: 'custom' }")
}, 60_000)
