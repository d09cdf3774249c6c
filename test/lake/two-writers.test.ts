import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { parseColumn } from '../../src/core/columns.ts'
import { createTable } from '../../src/lake/create.ts'
import { history } from '../../src/lake/history.ts'
import { append } from '../../src/lake/write.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { columns, rows, rowsIn } from './faulty-lake.ts'
import { context } from './log-lake.ts'
import { tableLake } from './table-lake.ts'

const engine = await openEngine(200_000_000)

/** Runs two processes at the same time over one lake; what each says at its end. */
async function twoWriters(root: string, work: string, rounds: number): Promise<readonly unknown[]> {
  const writers = ['0', '1'].map((who) => start([root, who, work, String(rounds)]))
  for (const { lines } of writers) expect((await lines.next()).value).toBe('"ready"')
  for (const { child } of writers) child.stdin?.write('go\n')
  const said: unknown[] = []
  for (const { child, lines } of writers) {
    said.push(JSON.parse((await lines.next()).value ?? 'null'))
    if (child.exitCode === null) await once(child, 'exit')
    expect(child.exitCode).toBe(0)
  }
  return said
}

function start(args: readonly string[]): { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'two-writers-main.ts'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  return { child, lines: lines[Symbol.asyncIterator]() }
}

test('two processes that append, merge, delete and put files together lose nothing of each other', async () => {
  const lake = tableLake(join(await tempFolder(), 'lake'), engine)
  await createTable(lake, 't', { columns, partitionBy: ['day'] }, context)
  const left = (await twoWriters(lake.root, 'mixed', 10)) as readonly (readonly number[])[]
  expect(left.map((ids) => ids.length)).toEqual([20, 20])
  expect(await rowsIn(lake, 't')).toEqual(rows(...left.flat()).text)
  const operations = Map.groupBy(await history(lake, 't', 1000, context), ({ operation }) => operation)
  for (const operation of ['WRITE', 'MERGE', 'DELETE']) expect(operations.get(operation), operation).toHaveLength(20)
  expect(operations.get('OPTIMIZE')?.length).toBeGreaterThan(0)
})

test('a counter to which two processes add one 200 times each ends at 400', async () => {
  const lake = tableLake(join(await tempFolder(), 'lake'), engine)
  const counter = [parseColumn('id', 'bigint not null'), parseColumn('n', 'bigint')]
  await createTable(lake, 't', { columns: counter }, context)
  await append(lake, 't', { sql: 'SELECT 1::BIGINT AS id, 0::BIGINT AS n', from: {} }, {}, context)
  await twoWriters(lake.root, 'count', 200)
  expect(await rowsIn(lake, 't')).toEqual(['[1,400]'])
}, 180_000)
