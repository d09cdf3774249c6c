import { execFile, execFileSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { customerText } from './harness/customers.ts'
import type { Bench, Figure } from './harness/figure.ts'
import type { Got } from './harness/get-main.ts'
import { type LiveServer, startMap, startMillrace } from './harness/live-server.ts'

export const bench: Bench = {
  about:
    'Single rows are asked for by their key over HTTP, beside a server that finds them in a map. npm run bench -- lookup [seconds, 10 without] [rows, 200,000 without].',
  async run(say, [seconds = '10', rows = '200000']) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    try {
      return await looking(folder, { rows: Number(rows), seconds: Number(seconds) }, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const config = `import { defineProject, files, table } from 'millrace'
export default defineProject({
  name: 'shop',
  tables: {
    customers: table({
      key: 'id',
      columns: { id: 'varchar not null', name: 'varchar', city: 'varchar', since: 'date', points: 'bigint' },
      from: files('customers.csv'),
    }),
  },
  lookup: { customers: { key: 'id' } },
})
`

export async function looking(
  dir: string,
  { rows, seconds }: { readonly rows: number; readonly seconds: number },
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  await writeFile(join(dir, 'millrace.config.ts'), config)
  const lines = function* () {
    yield 'id,name,city,since,points\n'
    for (let at = 0; at < rows; at++) yield `${Object.values(customerText(at, rows)).join(',')}\n`
  }
  await pipeline(Readable.from(lines()), createWriteStream(join(dir, 'customers.csv')))
  execFileSync(process.execPath, [join(import.meta.dirname, '../scripts/millrace.ts'), 'load'], {
    cwd: dir,
    stdio: 'ignore',
  })
  const bare = await measure(await startMap(rows), '/', rows, seconds)
  const own = await measure(await startMillrace(dir), '/v1/lookup/customers/', rows, seconds)
  for (const [name, { requests, seconds: took, p50Ms, p99Ms }] of [
    ['millrace', own] as const,
    ['a map', bare] as const,
  ])
    say(
      `${name}: ${(requests / took).toFixed(0)} a second, answered in ${p50Ms.toFixed(2)} ms (p99 ${p99Ms.toFixed(2)})`,
    )
  const peer = (value: number) => ({ name: 'a map behind HTTP', value })
  return [
    {
      name: 'rows by key',
      value: own.requests / own.seconds,
      unit: 'rows/s',
      bar: 20_000,
      atLeast: true,
      peer: peer(bare.requests / bare.seconds),
    },
    { name: 'answered, p99', value: own.p99Ms, unit: 'ms', bar: 5, peer: peer(bare.p99Ms) },
  ]
}

async function measure(opened: LiveServer, path: string, rows: number, seconds: number): Promise<Got> {
  await using server = opened
  const script = join(import.meta.dirname, 'harness/get-main.ts')
  const ask = async (time: number) => {
    const words = [script, `${server.url}${path}`, String(rows), '32', '2', String(time)]
    return JSON.parse((await promisify(execFile)(process.execPath, words)).stdout) as Got
  }
  // the first reads the rows
  await ask(Math.min(1, seconds))
  return await ask(seconds)
}
