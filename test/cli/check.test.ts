import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeOrders, projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

/** A project with events that are loaded, a table `orders`, and these models. */
async function project(models: Readonly<Record<string, string>>) {
  const dir = await projectFolder()
  mkdirSync(join(dir, 'models'))
  for (const [name, text] of Object.entries(models)) writeFileSync(join(dir, 'models', `${name}.sql`), text)
  await millrace(['load', '--max-rejects', '1', '--project', dir])
  return {
    dir,
    run: (...args: string[]) => millrace([...args, '--project', dir]),
    read: (...args: string[]) => millrace([...args, '--project', dir], { columns: 200 }),
  }
}

const bought = `/*
checks:
  not_null: [user_id]
  expr: { cheap: { expr: price < 5, severity: warn } }
*/
SELECT user_id, price FROM events WHERE type = 'purchase'`

const cities = `/*
kind: table
checks: { not_null: [city], references: { id: customers.id }, rows: { min: 1 } }
*/
SELECT id, 'x' AS city FROM customers`

test('checks that warn are told, and let the command succeed', async () => {
  const { run, read } = await project({ bought })
  const { status, stdout } = await run('check')
  expect(status).toBe(0)
  expect(json(stdout)).toEqual([
    {
      table: 'bought',
      check: 'not_null(user_id)',
      severity: 'block',
      outcome: 'passed',
      rows_failed: 0,
      rows_judged: 1,
      finding: null,
    },
    expect.objectContaining({ check: 'cheap', severity: 'warn', outcome: 'failed', rows_failed: 1 }),
  ])
  expect((await read('check')).stdout).toContain('1 of 2 checks passed, 1 warned.')
  const sql = 'SELECT "table", "check", outcome, blocked, count(DISTINCT run) AS runs FROM millrace.checks GROUP BY ALL'
  expect(json((await run('query', `${sql} ORDER BY ALL`)).stdout)).toEqual([
    { table: 'bought', check: 'cheap', outcome: 'failed', blocked: false, runs: 2 },
    { table: 'bought', check: 'not_null(user_id)', outcome: 'passed', blocked: false, runs: 2 },
  ])
})

test('what is stored is judged as it is, and a check that fails is exit 1', async () => {
  const { dir, run, read } = await project({ orders: cities.replace('SELECT', '-- stored by another system\nSELECT') })
  await makeOrders(dir)
  const { status, stdout } = await run('check', 'orders')
  expect(status).toBe(1)
  expect(json(stdout).map(({ check, outcome, rows_failed: rows }) => [check, outcome, rows])).toEqual([
    ['not_null(city)', 'failed', 1],
    ['references(id)', 'failed', 4],
    ['rows', 'passed', 0],
  ])
  const people = await read('check', '--select', 'customers+')
  expect(people.stdout).toContain('1 of 3 checks passed, 2 failed.')
  expect(people.stdout).toContain('1 of 4 rows have no city, as {city: NULL, id: 3}')
  const versions = json((await run('query', 'SELECT DISTINCT version, build FROM millrace.checks')).stdout)
  expect(versions).toEqual([{ version: 2, build: null }])
})

test('a model that has no table yet is named, and nothing is judged', async () => {
  const { run } = await project({ cities })
  const { status, stdout, stderr } = await run('check')
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  expect(JSON.parse(stderr)).toEqual({ note: '`cities` has no table yet: `millrace build` makes it' })
})

test('a column that the stored table lacks is a check that cannot be run', async () => {
  const { dir, run } = await project({
    orders: '/*\nkind: table\nchecks: { not_null: [town] }\n*/\nSELECT id, name AS town FROM customers',
  })
  await makeOrders(dir)
  const { status, stdout } = await run('check')
  expect(status).toBe(1)
  const [checked] = json(stdout)
  expect(checked).toMatchObject({ outcome: 'error', finding: expect.stringContaining('there is no column `town`') })
})

test('a project without checks says so, and an unknown model is told what there is', async () => {
  const { run, read } = await project({ bought: 'SELECT user_id FROM events' })
  expect((await read('check')).stdout).toContain('There are no checks')
  expect(JSON.parse((await run('check', 'bougt')).stderr)).toMatchObject({
    code: 'NAME_UNKNOWN',
    hint: 'did you mean `bought`?',
  })
  expect(json((await run('query', 'SELECT count(*) AS n FROM millrace.checks')).stdout)).toEqual([{ n: 0 }])
})
