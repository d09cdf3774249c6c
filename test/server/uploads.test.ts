import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildsAnswer } from '../../src/api/models.ts'
import { runsAnswer } from '../../src/api/runs.ts'
import { type UploadView, uploadView } from '../../src/api/uploads.ts'
import { noteWritten } from '../../src/project/written-at.ts'
import { serveProject } from './project-server.ts'

const config = `import { defineProject, stream } from 'millrace'

// tables: { none } are declared yet
export default defineProject(() => ({
  name: 'shop',
  streams: { events: stream({ columns: { at: 'timestamptz', n: 'bigint' } }) },
}))
`

const sales = `day,country,total_eur\n${Array.from(
  { length: 90 },
  (_, at) =>
    `${new Date(Date.UTC(2025, 0, 1 + at)).toISOString().slice(0, 10)},${['Peru', 'Chile'][at % 2]},${at}.25\n`,
).join('')}`

async function shop(text = config) {
  const served = await serveProject({ 'millrace.config.ts': text })
  const { call, project } = served
  const { folder } = project.settings
  const post = (path: string, body: unknown) => call(path, { method: 'POST', body: JSON.stringify(body) })
  const send = async (name: string, content: string, partBytes = 1000) => {
    const begun = await post('/v1/uploads', { name, bytes: Buffer.byteLength(content) })
    let view = begun.json as UploadView
    if (begun.status !== 201) return begun
    const whole = Buffer.from(content)
    for (let from = 0; from < whole.length; from += partBytes) {
      const part = whole.subarray(from, from + partBytes)
      view = (await call(`/v1/uploads/${view.id}/parts?from=${from}`, { method: 'POST', body: part })).json
    }
    return { ...begun, json: view }
  }
  const load = async (id: string, body: object) => {
    const begun = await post(`/v1/uploads/${id}/table`, body)
    if (begun.status !== 202) return begun
    return expect
      .poll(async () => (await call(`/v1/uploads/${id}`)).json, { timeout: 60_000, interval: 50 })
      .not.toMatchObject({ phase: 'loading' })
      .then(async () => call(`/v1/uploads/${id}`))
  }
  return { ...served, folder, post, send, load }
}

test('a file that is sent is looked at, loaded, and on a dashboard, without a restart', async () => {
  const { call, folder, post, send, load } = await shop()
  const sent = await send('../My sales (1).csv', sales)
  expect(uploadView.parse(sent.json)).toMatchObject({
    file: 'My_sales_1.csv',
    phase: 'received',
    table: 'my_sales_1',
    columns: [
      { name: 'day', type: 'date', example: '2025-01-01', why: 'days, year first' },
      { name: 'country', type: 'varchar' },
      { name: 'total_eur', type: 'decimal(12,2)' },
    ],
  })
  const loaded = await load(sent.json.id, { table: 'sales' })
  expect(uploadView.parse(loaded.json)).toMatchObject({
    phase: 'done',
    share: 1,
    loaded: {
      rows: 90,
      rejected: 0,
      model: 'sales_by_day',
      dashboard: 'sales',
      files: ['millrace.config.ts', 'data/My_sales_1.csv', 'models/sales_by_day.sql', 'dashboards/sales.yaml'],
    },
  })
  const text = readFileSync(join(folder, 'millrace.config.ts'), 'utf8')
  expect(text).toContain("import { defineProject, files, stream, table } from 'millrace'\n")
  expect(text).toContain("from: files('data/My_sales_1.csv'),\n")
  expect(text).toContain('// tables: { none } are declared yet\n')
  const tables = (await call('/v1/tables')).json.tables as { name: string; rows: number }[]
  expect(tables.find(({ name }) => name === 'sales')).toMatchObject({ kind: 'table', rows: 90 })
  expect((await call('/v1/models')).text).toContain('"sales_by_day"')
  const tab = (await post('/v1/dashboards/sales/tabs/overview', { filters: {} })).json
  expect(Object.values(tab.tiles as Record<string, { error?: unknown }>).map(({ error }) => error)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect((await call('/v1/ledger')).text).toContain('data/My_sales_1.csv')
})

const row = (at: number) => JSON.stringify({ at: '2025-01-01T00:00:00Z', n: at, word: 'x'.repeat(1000) })
const rows = Array.from({ length: 4000 }, (_, at) => row(at))

test.each([
  ['log.csv', `at,n,word\n${rows.map((_, at) => `2025-01-01T00:00:00Z,${at},${'x'.repeat(1000)}\n`).join('')}`],
  ['log.ndjson', rows.join('\n')],
  ['log.json', `[${rows.join(',')}]`],
])('the columns of %s are told while the rest of it is on its way', async (name, content) => {
  const { call, post } = await shop()
  const whole = Buffer.from(content)
  const { json: begun } = await post('/v1/uploads', { name, bytes: whole.length })
  expect(begun).toMatchObject({ early: true, columns: null })
  const part = async (from: number, end: number): Promise<UploadView> => {
    const body = whole.subarray(from, end)
    return (await call(`/v1/uploads/${begun.id}/parts?from=${from}`, { method: 'POST', body })).json
  }
  const enough = 2 * 1024 * 1024
  expect(await part(0, 1000)).toMatchObject({ columns: null })
  const columns = [
    { name: 'at', type: 'timestamptz' },
    { name: 'n', type: 'bigint', example: '0' },
    { name: 'word', type: 'varchar' },
  ]
  expect(await part(1000, enough)).toMatchObject({ phase: 'receiving', columns })
  expect(await part(enough, whole.length)).toMatchObject({ phase: 'received', columns, error: null })
})

test.each(['log.parquet', 'log.csv.gz', 'log.ndjson.zst'])(
  'the columns of %s are told once all of it is here',
  async (name) => {
    const { post } = await shop()
    expect((await post('/v1/uploads', { name, bytes: 5 })).json).toMatchObject({ early: false })
  },
)

test('a document that begins with nothing to judge by is looked at once more, when all of it is here', async () => {
  const { call, post } = await shop()
  const whole = Buffer.from(`${JSON.stringify({ a: 'x'.repeat(1_500_000), b: 'x'.repeat(1_000_000) })}\n{"c":1}\n`)
  const { json: begun } = await post('/v1/uploads', { name: 'log.json', bytes: whole.length })
  const cut = 2_200_000
  const part = async (from: number, end: number): Promise<UploadView> => {
    const body = whole.subarray(from, end)
    return (await call(`/v1/uploads/${begun.id}/parts?from=${from}`, { method: 'POST', body })).json
  }
  expect(await part(0, cut)).toMatchObject({ phase: 'receiving', columns: null, error: null })
  expect(await part(cut, whole.length)).toMatchObject({ phase: 'received', columns: [{ name: 'c' }] })
})

test('the first build of what was loaded is a run of whoever brought it, whether or not it has gone well', async () => {
  const { call, send, load, folder } = await shop()
  await load((await send('sales.csv', sales)).json.id, { table: 'sales' })
  // where a model’s table would be
  writeFileSync(join(folder, 'lake/more_by_day'), '')
  await load((await send('more.csv', sales)).json.id, { table: 'more' })
  const { runs } = runsAnswer.parse((await call('/v1/runs')).json)
  const by = 'somebody on this machine'
  expect(runs).toMatchObject([
    { subject: 'more_by_day', by, outcome: 'failed', models: [{ model: 'more_by_day', outcome: 'failed' }] },
    {
      kind: 'build',
      subject: 'sales_by_day',
      by,
      outcome: 'done',
      summary: '1 built',
      models: [{ model: 'sales_by_day', outcome: 'built', action: 'create', version: 0, rows_added: 90 }],
    },
  ])
  const { builds } = buildsAnswer.parse((await call('/v1/models/sales_by_day/builds')).json)
  expect(builds).toMatchObject([{ version: 0, by, elapsed_ms: expect.any(Number) }])
})

test('the first build of what was loaded can be cancelled, and the rows stay', async () => {
  const { call, send, post, project } = await shop()
  const { engine } = project.lake
  const write = engine.write.bind(engine)
  engine.write = async (query, target, own) => {
    // what is loaded is no run
    if (project.runs.underWay.size > 0) await once(own.signal, 'abort')
    return write(query, target, own)
  }
  const { id } = (await send('sales.csv', sales)).json
  await post(`/v1/uploads/${id}/table`, { table: 'sales' })
  const newest = async () => runsAnswer.parse((await call('/v1/runs')).json).runs[0]
  await expect
    .poll(newest, { timeout: 20_000 })
    .toMatchObject({ subject: 'sales_by_day', outcome: 'running', cancellable: true })
  const ended = await call(`/v1/runs/${(await newest())?.id}`, { method: 'DELETE' })
  expect(ended.json).toMatchObject({ outcome: 'cancelled', error: { code: 'RUN_CANCELLED' } })
  await expect
    .poll(async () => (await call(`/v1/uploads/${id}`)).json, { timeout: 20_000 })
    .toMatchObject({ phase: 'done', loaded: { rows: 90, dashboard: 'sales', fault: { code: 'RUN_CANCELLED' } } })
})

test('a second file goes beside the first, and a name that is taken is refused', async () => {
  const { folder, send, load } = await shop()
  const first = await send('sales.csv', sales)
  expect((await load(first.json.id, { table: 'sales' })).json.phase).toBe('done')
  const second = await send('sales.csv', sales.replaceAll('Peru', 'Spain'))
  expect(second.json.table).toBe('sales_2')
  expect((await load(second.json.id, { table: 'sales' })).json).toMatchObject({ code: 'NAME_TAKEN' })
  expect((await load(second.json.id, { table: 'sales_by_day' })).json).toMatchObject({ code: 'NAME_TAKEN' })
  expect((await load(second.json.id, { table: 'Sales!' })).json).toMatchObject({ code: 'USAGE' })
  expect((await load(second.json.id, { table: 'sales_2' })).json).toMatchObject({ phase: 'done' })
  expect(readdirSync(join(folder, 'data')).toSorted()).toEqual(['sales.csv', 'sales_2.csv'])
})

test('what breaks the contract too often leaves all as it was, and is loaded when that is asked for', async () => {
  const { folder, send, load, call } = await shop()
  // what is looked at is whole numbers, what comes after is not
  const rows = Array.from({ length: 13_000 }, (_, at) => (at < 10_500 ? `${at}\n` : 'none\n')).join('')
  const { json } = await send('n.csv', `number\n${rows}`, 50_000)
  const before = readFileSync(join(folder, 'millrace.config.ts'), 'utf8')
  const failed = await load(json.id, { table: 'n' })
  expect(failed.json).toMatchObject({ phase: 'failed', error: { code: 'REJECTS_OVER_LIMIT' } })
  expect(readFileSync(join(folder, 'millrace.config.ts'), 'utf8')).toBe(before)
  expect(readdirSync(join(folder, 'data'))).toEqual([])
  expect((await call('/v1/tables')).text).not.toContain('"kind":"table"')
  const loaded = await load(json.id, { table: 'n', max_rejects: 1 })
  expect(loaded.json).toMatchObject({
    phase: 'done',
    loaded: {
      rows: 10_500,
      rejected: 2500,
      rejects: [{ code: 'type', column: 'number', rejects: 2500, first_line: 10_502 }],
    },
  })
})

test('what cannot be a table is refused by code', async () => {
  const { post, send, call, folder } = await shop()
  expect((await post('/v1/uploads', { name: 'a.xlsx', bytes: 5 })).json).toMatchObject({ code: 'UPLOAD_REFUSED' })
  expect((await post('/v1/uploads', { name: '../..', bytes: 5 })).json).toMatchObject({ code: 'UPLOAD_REFUSED' })
  expect((await post('/v1/uploads', { name: 'a.csv', bytes: 2 ** 52 })).json).toMatchObject({
    code: 'UPLOAD_TOO_LARGE',
  })
  expect((await send('a.csv', '')).json).toMatchObject({ phase: 'failed', error: { code: 'FILE_UNREADABLE' } })
  expect((await send('a.parquet', 'no such thing')).json).toMatchObject({ error: { code: 'FILE_UNREADABLE' } })
  const { id } = (await post('/v1/uploads', { name: 'a.csv', bytes: 5 })).json
  const part = (from: number, body: string) => call(`/v1/uploads/${id}/parts?from=${from}`, { method: 'POST', body })
  expect((await part(2, 'ab')).json).toMatchObject({ code: 'UPLOAD_MISPLACED' })
  expect((await part(0, 'too long')).json).toMatchObject({ code: 'REQUEST_INVALID' })
  expect((await post(`/v1/uploads/${id}/table`, { table: 'a' })).json).toMatchObject({ code: 'UPLOAD_BUSY' })
  expect((await call(`/v1/uploads/${id}`, { method: 'DELETE' })).status).toBe(200)
  expect((await call(`/v1/uploads/${id}`)).json).toMatchObject({ code: 'UPLOAD_UNKNOWN' })
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

test('a project file that shows no place for a table, or has changed, is left alone', async () => {
  const odd = `import { defineProject } from 'millrace'\nconst tables = {}\nexport default defineProject({ name: 'shop', tables })\n`
  const { folder, send, load } = await shop(odd)
  const { json } = await send('sales.csv', sales)
  const refused = await load(json.id, { table: 'sales' })
  expect(refused.json).toMatchObject({ phase: 'failed', error: { code: 'CONFIG_NOT_EXTENDED' } })
  expect(readFileSync(join(folder, 'millrace.config.ts'), 'utf8')).toBe(odd)
  expect(readdirSync(folder).filter((name) => name.startsWith('.millrace.config'))).toEqual([])
})

test('where the project cannot be written, or has changed since, nothing is', async () => {
  const { folder, send, load } = await shop()
  writeFileSync(join(folder, 'data'), 'a file where a folder should be')
  const { json } = await send('sales.csv', sales)
  expect((await load(json.id, { table: 'sales' })).json).toMatchObject({ error: { code: 'PROJECT_READ_ONLY' } })
  rmSync(join(folder, 'data'))
  writeFileSync(join(folder, 'millrace.config.ts'), config.replace("n: 'bigint'", "n: 'varchar'"))
  expect((await load(json.id, { table: 'sales' })).json).toMatchObject({ error: { code: 'SERVER_OUTDATED' } })
  // tables that somebody has written into it meanwhile are taken up
  const more = "  tables: { own: table({ columns: { a: 'bigint' } }) },\n  name: 'shop',"
  const changed = config.replace("  name: 'shop',", more).replace('stream }', 'stream, table }')
  writeFileSync(join(folder, 'millrace.config.ts'), changed)
  expect((await load(json.id, { table: 'sales' })).json).toMatchObject({ phase: 'done' })
})

test('only an admin sends files, and only from a page of this server', async () => {
  const access = { admin: ['boss'], write: [], read: [{ token: 'r', name: 'r', tables: ['events'] }] }
  const { call } = await serveProject({ 'millrace.config.ts': config }, { access })
  const body = JSON.stringify({ name: 'a.csv', bytes: 5 })
  const begin = (headers: Record<string, string>) => call('/v1/uploads', { method: 'POST', body, headers })
  expect((await begin({})).json).toMatchObject({ code: 'TOKEN_MISSING' })
  expect((await begin({ authorization: 'Bearer r' })).json).toMatchObject({ code: 'TOKEN_REFUSED' })
  const foreign = { authorization: 'Bearer boss', origin: 'http://elsewhere.example' }
  expect((await begin(foreign)).json).toMatchObject({ code: 'ORIGIN_REFUSED' })
  expect((await begin({ authorization: 'Bearer boss' })).status).toBe(201)
})

test('what is loaded stays, and why its model or its dashboard is not there is told', async () => {
  const { call, project, send, load, folder } = await shop()
  mkdirSync(join(folder, 'lake'), { recursive: true })
  // where the model’s table would be
  writeFileSync(join(folder, 'lake/sales_by_day'), '')
  const first = await load((await send('sales.csv', sales)).json.id, { table: 'sales' })
  expect(uploadView.parse(first.json)).toMatchObject({
    phase: 'done',
    error: null,
    loaded: { rows: 90, model: 'sales_by_day', dashboard: 'sales', fault: { message: expect.any(String) } },
  })
  writeFileSync(join(folder, 'models/broken.sql'), 'SELEC 1')
  noteWritten(project.settings)
  const second = await load((await send('more.csv', sales)).json.id, { table: 'more' })
  expect(uploadView.parse(second.json)).toMatchObject({
    phase: 'done',
    loaded: {
      rows: 90,
      dashboard: 'more',
      fault: { code: 'MODEL_SQL_INVALID', message: expect.stringContaining('models/broken.sql:1:1') },
    },
  })
  const tables = (await call('/v1/tables')).json.tables as { name: string; rows: number }[]
  expect(tables.find(({ name }) => name === 'more')).toMatchObject({ rows: 90 })
})
