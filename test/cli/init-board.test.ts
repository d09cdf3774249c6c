import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { tempFolder } from '../temp-folder.ts'
import { json, millrace } from './terminal.ts'

/** A project of a file with this text, what the command said, and what `doctor` and `check` say of it. */
async function made(name: string, content: string | Buffer) {
  const dir = await tempFolder()
  const project = join(dir, 'p')
  writeFileSync(join(dir, name), content)
  const said = await millrace(['init', project, '--from', join(dir, name)])
  if (said.status !== 0) return { project, said, faults: [], tables: [] }
  const doctor = json((await millrace(['doctor', '--project', project])).stdout)
  const checks = json((await millrace(['check', '--project', project])).stdout)
  const [{ tables } = { tables: [] }] = json(said.stdout)
  return {
    project,
    said,
    tables: tables as Record<string, unknown>[],
    faults: [
      ...doctor.filter(({ status }) => status === 'bad'),
      ...checks.filter(({ outcome }) => outcome !== 'passed'),
    ],
  }
}

function boardOf(project: string, name: string) {
  const text = readFileSync(join(project, `dashboards/${name}.yaml`), 'utf8')
  const board = parse(text) as {
    filters?: Record<string, unknown>
    tabs: { tiles: { chart: string; title: string; sql: string; format?: string }[] }[]
  }
  return { filters: Object.keys(board.filters ?? {}), tiles: board.tabs[0]?.tiles ?? [] }
}

const sales = Array.from({ length: 200 }, (_, at) => {
  const day = new Date(Date.UTC(2025, 0, 1 + Math.floor(at / 2))).toISOString().slice(0, 10)
  return `${1000 + at},${day} 10:00:00,${['Peru', 'Chile', 'Spain'][at % 3]},${at}.50,a${at}@example.com\n`
}).join('')

test('files are loaded, and end on a model and a dashboard of four tiles', async () => {
  const { project, faults, tables } = await made('sales.csv', `id,ordered_at,country,total_usd,email\n${sales}`)
  expect(faults).toEqual([])
  expect(tables).toMatchObject([{ name: 'sales', rows: 200, rejected: 0, model: 'sales_by_day', dashboard: 'sales' }])
  expect(tables[0]?.['columns']).toContainEqual({
    name: 'total_usd',
    type: 'decimal(12,2)',
    example: '0.50',
    why: 'numbers with 2 digits at most after the point',
  })
  const { filters, tiles } = boardOf(project, 'sales')
  expect(filters).toEqual(['period', 'country'])
  expect(tiles.map(({ chart, title }) => [chart, title])).toEqual([
    ['number', 'Total'],
    ['line', 'Total by day'],
    ['bar', 'Total by country'],
    ['table', 'Latest rows'],
  ])
  expect(tiles[0]?.format).toBe('money(USD)')
  expect(tiles[3]?.sql).not.toContain('email')
  const { stdout } = await millrace(['query', 'SELECT sum(total_usd) FROM sales_by_day', '--project', project])
  expect(Object.values(json(stdout)[0] ?? {})).toEqual([20_000])
})

test('what breaks the contract is counted, with its reason, first line and example, and where to go on', async () => {
  const dir = await tempFolder()
  // beyond what is looked at, a value is another
  const rows = Array.from({ length: 12_000 }, (_, at) => `${at},2025-01-01,${at === 11_500 ? 'many' : at}\n`)
  writeFileSync(join(dir, 'a.csv'), `n,day,amount\n${rows.join('')}`)
  const { stdout, status } = await millrace(['init', join(dir, 'p'), '--from', join(dir, 'a.csv')], { columns: 120 })
  const text = stripVTControlCharacters(stdout)
  expect(status).toBe(0)
  expect(text).toMatch(/a\.csv\s+type\s+amount\s+open\s+1\s+11,502\s+'many' is not a bigint/)
  expect(text).toMatch(/amount\s+bigint\s+0\s+whole numbers/)
  expect(text).toContain('millrace start\n  and open http://127.0.0.1:4300/dashboards/a')
})

const odd: Readonly<Record<string, readonly [name: string, content: string | Buffer]>> = {
  'one row': ['a.csv', 'a,b\n1,x\n'],
  'a header alone': ['a.csv', 'first,second\n'],
  'no time': ['a.csv', `kind,amount\n${'a,1.50\nb,2.50\n'.repeat(20)}`],
  'no number': ['a.csv', 'name,town\nAnn,Rome\nBob,Oslo\nCid,Rome\nDan,Oslo\nEve,Rome\n'],
  'a column of nothing': ['a.csv', 'a,b,c\n1,,x\n2,,y\n3,,x\n'],
  'a mark, and semicolons': ['a.csv', '\ufeffwho;what;when\nA;1;2025-01-01\nB;2;2025-01-03\n'],
  'headers that SQL would stumble over': [
    'a.csv',
    `"select","a b","x""y","*/","per cent %","über","time","order","rows","part"\n${'1,2,3,4,5,6,2025-01-01,8,9,z\n2,3,4,5,6,7,2025-02-03,9,10,y\n'.repeat(9)}`,
  ],
  'a quote in a value': ['a.csv', `k,v\n${`"it's",1\n"say ""x""",2\n`.repeat(6)}`],
  'days of two digits': ['a.csv', 'at,n\n13/02/2025,1\n14/02/2025,2\n28/02/2025,2\n'],
  'days that nothing proves': ['a.csv', 'at,n\n01/02/2025,1\n02/02/2025,2\n'],
  'lines of JSON': ['a.ndjson', '{"at":"2025-01-01T10:00:00Z","v":1.5,"tags":["x"]}\n{"at":"2025-01-02T10:00:00Z"}\n'],
  tabs: ['a.tsv', 'a\tb\n1\tx\n2\ty\n'],
  'three hundred columns': [
    'a.csv',
    `${Array.from({ length: 300 }, (_, at) => `c${at}`).join(',')}\n${`${Array.from({ length: 300 }, (_, at) => at).join(',')}\n`.repeat(5)}`,
  ],
  'a day by minutes': [
    'a.csv',
    `at,level\n${Array.from({ length: 60 }, (_, at) => `2025-01-01 10:${String(at).padStart(2, '0')}:00,${['info', 'warn'][at % 2]}\n`).join('')}`,
  ],
}

test.for(Object.entries(odd))('%s: a dashboard of four tiles without a fault', async ([, [name, content]]) => {
  const { project, faults, said } = await made(name, content)
  expect(said.stderr).toBe('')
  expect(faults).toEqual([])
  expect(boardOf(project, 'a').tiles).toHaveLength(4)
})

test('an empty file is an error that says so, and leaves nothing', async () => {
  const { project, said } = await made('a.csv', '')
  expect(JSON.parse(said.stderr)).toMatchObject({ code: 'FILE_UNREADABLE' })
  expect(existsSync(project)).toBe(false)
})
