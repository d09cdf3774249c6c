import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findProject, loadProject } from '../../src/project/load.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-load-'))
afterAll(() => rmSync(root, { recursive: true }))
let count = 0

/** A project folder with these files, in a place without node_modules. */
function folder(files: Readonly<Record<string, string>>): string {
  const dir = join(root, `p${count++}`)
  mkdirSync(dir)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

const shop = `import { column, defineProject, external, files, spool, stream, table } from 'millrace'
import { zone } from './zone.ts'

export default defineProject(({ env, profile }) => ({
  name: 'shop', // 'columns:' here is no key
  timezone: zone,
  lake: profile === 'local' ? './lake' : env('LAKE'),
  streams: {
    events: stream({
      columns: {
        id: 'uuid',
        at: column('timestamptz not null', { format: '%Y-%m-%d %H:%M:%S UTC' }),
        price: 'decimal(12,2)',
      },
      id: 'id',
      time: 'at',
      partitionBy: { day: 'at' },
      rules: { positive: 'price >= 0' },
    }),
  },
  tables: {
    customers: table({ key: 'id', columns: { id: 'bigint not null' }, from: files('c.csv', { header: false }) }),
    prices: external('../prices'),
  },
  sources: { history: files('data/*.csv', { into: 'events' }) },
  lookup: { customers: { key: 'id' } },
}))
`
const zone = `export const zone: string = 'America/Hermosillo'\n`

test('a project loads from a folder without node_modules, whatever its package.json says', async () => {
  const dir = folder({ 'millrace.config.ts': shop, 'zone.ts': zone, 'package.json': '{"type":"commonjs"}' })
  const project = await loadProject(dir, { variables: {} })
  expect(project).toMatchObject({
    folder: realpathSync(dir),
    profile: 'local',
    name: 'shop',
    timezone: 'America/Hermosillo',
    lake: { kind: 'folder', path: join(realpathSync(dir), 'lake') },
  })
  expect([...project.targets.keys()]).toEqual(['events', 'customers'])
  expect(project.targets.get('events')?.contract).toMatchObject({
    id: 'id',
    time: 'at',
    partitionBy: { day: 'at' },
    unknown: 'keep',
    timezone: 'America/Hermosillo',
    rules: [{ name: 'positive', sql: 'price >= 0' }],
  })
  expect(project.sources.get('customers')).toEqual({
    name: 'customers',
    files: { kind: 'files', glob: 'c.csv', header: false, into: 'customers' },
  })
  expect(project.externals.get('prices')).toBe(join(realpathSync(root), 'prices'))
  expect(project.lookup.get('customers')).toBe('id')
  expect(project.place(['streams', 'events', 'columns', 'price'])).toBe('millrace.config.ts:13')
})

test('each load reads the files anew, those that are imported too', async () => {
  const dir = folder({ 'millrace.config.ts': shop, 'zone.ts': zone })
  await loadProject(dir, { variables: {} })
  writeFileSync(join(dir, 'zone.ts'), zone.replace('America/Hermosillo', 'UTC'))
  expect((await loadProject(dir, { variables: {} })).timezone).toBe('UTC')
})

test('a link to the folder loads the same project', async () => {
  const dir = folder({ 'millrace.config.ts': shop, 'zone.ts': zone })
  symlinkSync(dir, `${dir}-link`)
  expect((await loadProject(`${dir}-link`, { variables: {} })).folder).toBe(realpathSync(dir))
})

test('profiles and variables come from the process, then from .env', async () => {
  const dir = folder({ 'millrace.config.ts': shop, 'zone.ts': zone, '.env': '# the lake\nLAKE="lakes/b" # here\n' })
  const lake = async (variables: Record<string, string>) => (await loadProject(dir, { variables })).lake
  const place = (name: string) => ({ kind: 'folder', path: join(realpathSync(dir), name) })
  expect(await lake({})).toEqual(place('lake'))
  expect(await lake({ MILLRACE_PROFILE: 'prod' })).toEqual(place('lakes/b'))
  expect(await lake({ MILLRACE_PROFILE: 'prod', LAKE: 'memory:' })).toEqual({ kind: 'memory' })
  await expect(loadProject(dir, { profile: '../x', variables: {} })).rejects.toMatchObject({ code: 'USAGE' })
})

test('the nearest folder upward is the project', () => {
  const dir = folder({ 'millrace.config.ts': shop })
  mkdirSync(join(dir, 'a/b'), { recursive: true })
  expect(findProject(join(dir, 'a/b'))).toBe(dir)
  expect(() => findProject(root)).toThrow(expect.objectContaining({ code: 'PROJECT_NOT_FOUND' }))
})

const wrong: readonly [name: string, replace: readonly [string, string], expected: object][] = [
  ...(
    [
      [`files('data/*.csv',`, `files(42,`, ': files() takes a path'],
      [`files('data/*.csv',`, `files([],`, ': files() takes a path'],
      [`files('data/*.csv',`, `files('',`, ': files() takes a path'],
      [`{ into: 'events' }`, `{ into: 'events', delimiter: 5 }`, 'delimiter takes a text'],
      [`files('data/*.csv', { into: 'events' }`, `spool('in/*', {}`, 'into is missing'],
      [`files('data/*.csv', { into: 'events' }`, `spool('in/*', { into: 'events', quote: 5 }`, 'quote takes a text'],
      [`{ into: 'events' }`, `{ into: 'events', pathColumns: 5 }`, 'pathColumns takes a text'],
      [`{ into: 'events' }`, `{ route: [] }`, 'route is a list'],
      [`{ into: 'events' }`, `{ route: [null] }`, 'route takes an object'],
      [`format: '%Y-%m-%d %H:%M:%S UTC'`, `format: 5`, 'a format is a text'],
      [`format: '%Y-%m-%d %H:%M:%S UTC'`, `from: 5`, 'from takes a text'],
      [`format: '%Y-%m-%d %H:%M:%S UTC'`, `was: 5`, 'was takes a text'],
      [`format: '%Y-%m-%d %H:%M:%S UTC'`, `pii: 'no'`, 'pii is true or false'],
      [`'decimal(12,2)'`, `'constructor'`, 'the types are boolean'],
    ] as const
  ).map(
    ([from, to, says]) =>
      [to, [from, to], { code: 'CONFIG_INVALID', message: expect.stringContaining(says) }] as [
        string,
        [string, string],
        object,
      ],
  ),
  [
    'a type',
    [`'decimal(12,2)'`, `'numeric(12,2)'`],
    { code: 'CONFIG_INVALID', message: expect.stringMatching(/^millrace.config.ts:13: .*`numeric\(12,2\)`/) },
  ],
  [
    'an id',
    [`id: 'id',`, `id: 'ide',`],
    {
      code: 'CONFIG_UNKNOWN_NAME',
      message: 'millrace.config.ts:15: there is no column `ide`',
      hint: 'did you mean `id`?',
    },
  ],
  [
    'a time',
    [`time: 'at'`, `time: 'price'`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining(':16: `price` is a decimal') },
  ],
  [
    'a target',
    [`into: 'events'`, `into: 'event'`],
    {
      code: 'CONFIG_UNKNOWN_NAME',
      message: 'millrace.config.ts:25: there is no stream or table `event`',
      hint: 'did you mean `events`?',
    },
  ],
  ['an external target', [`into: 'events'`, `into: 'prices'`], { code: 'CONFIG_UNKNOWN_NAME' }],
  [
    'a key',
    [`key: 'id', columns`, `key: 'nr', columns`],
    { code: 'CONFIG_UNKNOWN_NAME', message: 'millrace.config.ts:22: there is no column `nr`' },
  ],
  [
    'a setting',
    [`partitionBy:`, `partitonBy:`],
    {
      code: 'CONFIG_UNKNOWN_NAME',
      message: 'millrace.config.ts:17: there is no setting `partitonBy`',
      hint: 'did you mean `partitionBy`?',
    },
  ],
  ['an option', [`header: false`, `heder: false`], { code: 'CONFIG_UNKNOWN_NAME', hint: 'did you mean `header`?' }],
  [
    'a column’s name',
    [`price: 'dec`, `_price: 'dec`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining('Millrace’s own') },
  ],
  [
    'a stream’s name',
    [`events: stream`, `Events: stream`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining(':9: `Events`') },
  ],
  [
    'a reserved name',
    [`prices: external`, `millrace: external`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining('reserved') },
  ],
  [
    'a format',
    [`'%Y-%m-%d %H:%M:%S UTC'`, `'%Y-%q'`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining(':12: the format') },
  ],
  [
    'a path',
    [`{ format: '%Y`, `{ from: '$.a[*].b', format: '%Y`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining('`$.a[*].b` is no path to one value') },
  ],
  [
    'a zone',
    [`timezone: zone`, `timezone: 'America/Hermosilo'`],
    { code: 'CONFIG_UNKNOWN_NAME', hint: 'did you mean `America/Hermosillo`?' },
  ],
  ['the extra column', [`price: 'dec`, `Extra: 'dec`], { code: 'CONFIG_INVALID' }],
  [
    'names in case only',
    [`price: 'dec`, `ID: 'dec`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining('case only') },
  ],
  [
    'a lake on S3',
    [`'./lake'`, `'s3://bucket/shop'`],
    { code: 'LAKE_UNSUPPORTED', message: expect.stringContaining(':7: lakes on s3://') },
  ],
  [
    'a table of a stream’s name',
    [`customers: table`, `events: table`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining('declared twice') },
  ],
  [
    'the syntax',
    [`name: 'shop',`, `name: 'shop'`],
    { code: 'CONFIG_FAILED', message: expect.stringMatching(/^millrace.config.ts:\d+: /) },
  ],
  [
    'what it throws',
    [`timezone: zone`, `timezone: zone.nothing.there`],
    { code: 'CONFIG_FAILED', message: expect.stringMatching(/^millrace.config.ts:6: Cannot read/) },
  ],
  ['an import', [`./zone.ts`, `./zones.ts`], { code: 'CONFIG_FAILED', message: expect.stringContaining('zones.ts') }],
  [
    'the export',
    [`export default defineProject`, `export const project = defineProject`],
    { code: 'CONFIG_INVALID', message: expect.stringContaining('export default') },
  ],
]

test.each(wrong)('%s that is wrong is told with its line', async (_, [from, to], expected) => {
  const dir = folder({ 'millrace.config.ts': shop.replace(from, to), 'zone.ts': zone })
  await expect(loadProject(dir, { variables: {} })).rejects.toMatchObject(expected)
})

test('a missing variable is named, and a given one is never printed', async () => {
  const file = shop.replace(`env('LAKE')`, `new Error(env('LAKE')).nothing.there(env('TOKEN'))`)
  const dir = folder({ 'millrace.config.ts': file, 'zone.ts': zone })
  const load = (variables: Record<string, string>) => loadProject(dir, { profile: 'prod', variables })
  await expect(load({})).rejects.toMatchObject({ code: 'ENV_MISSING', message: expect.stringContaining('LAKE') })
  const leaking = folder({
    'millrace.config.ts': shop.replace(`env('LAKE')`, `(() => { throw new Error('cannot use ' + env('LAKE')) })()`),
    'zone.ts': zone,
  })
  await expect(loadProject(leaking, { profile: 'prod', variables: { LAKE: 's3cret' } })).rejects.toMatchObject({
    message: expect.stringContaining('cannot use ***'),
  })
})
