import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import { everywhere, floors, lazy, pure } from './house.ts'

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
  readonly dynamic: boolean
}

const root = join(import.meta.dirname, '..')
const files = globSync(['src/**/*.{ts,tsx}', 'ui/src/**/*.{ts,tsx}'], { cwd: root })
const imports = files.flatMap(importsOf)

/** Every import and re-export of a file; a relative one as a path from the root. */
function importsOf(file: string): Import[] {
  const { module } = parseSync(file, readFileSync(join(root, file), 'utf8'))
  const found = [
    ...module.staticImports.map((i) => ({
      to: i.moduleRequest.value,
      typeOnly: i.entries.length > 0 && i.entries.every((e) => e.isType),
      dynamic: false,
    })),
    ...module.staticExports.flatMap((x) =>
      x.entries.flatMap((e) =>
        e.moduleRequest ? [{ to: e.moduleRequest.value, typeOnly: e.isType, dynamic: false }] : [],
      ),
    ),
    ...module.dynamicImports.map((i) => ({
      to: readFileSync(join(root, file), 'utf8').slice(i.moduleRequest.start + 1, i.moduleRequest.end - 1),
      typeOnly: false,
      dynamic: true,
    })),
  ]
  return found.map((i) => ({
    ...i,
    from: file,
    to: i.to.startsWith('.') ? relative(root, join(root, dirname(file), i.to)) : i.to,
  }))
}

const roomOf = (path: string) => (path.startsWith('src/') ? (path.split(sep)[1] ?? '') : '')
const floorOf = (room: string) => floors.findIndex((rooms) => (rooms as readonly string[]).includes(room))
const show = (i: Import) => `${i.from} → ${i.to}`

test('every folder of src is a room with a floor', () => {
  const rooms = new Set(files.map(roomOf).filter((room) => room && !room.includes('.')))
  expect([...rooms].filter((room) => floorOf(room) < 0)).toEqual([])
})

test('every arrow points down', () => {
  const up = imports.filter(({ from, to }) => {
    const [a, b] = [roomOf(from), roomOf(to)]
    return a !== b && !a.includes('.') && !b.includes('.') && b !== '' && a !== '' && floorOf(b) >= floorOf(a)
  })
  expect(up.map(show)).toEqual([])
})

test('what lies deeper than the room is the room’s own', () => {
  const past = imports.filter(
    ({ from, to }) => roomOf(to) !== '' && roomOf(from) !== roomOf(to) && to.split(sep).length > 3,
  )
  expect(past.filter(({ to }) => !to.startsWith('src/connectors/') && !to.startsWith('src/charts/')).map(show)).toEqual(
    [],
  )
})

test('rooms that run everywhere import nothing of Node, not even by a detour', () => {
  const anywhere = (file: string) => everywhere.includes(roomOf(file)) || pure.includes(file)
  const bound = imports.filter(({ from, to }) => anywhere(from) && !anywhere(to) && to !== 'zod')
  expect(bound.map(show)).toEqual([])
  expect(imports.filter(({ from, to }) => pure.includes(from) && !pure.includes(to)).map(show)).toEqual([])
})

test('the ui imports values from the rooms that run everywhere, and types of api', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      from.startsWith('ui/') && to.startsWith('src/') && !everywhere.includes(roomOf(to)) && !pure.includes(to),
  )
  expect(wrong.map(show)).toEqual([])
})

test('heavy packages are imported where they are used', () => {
  const eager = imports.filter(
    (i) =>
      !i.dynamic &&
      !i.typeOnly &&
      i.from.startsWith('src/') &&
      lazy.some((name) => i.to === name || i.to.startsWith(`${name}/`)),
  )
  expect(eager.map(show)).toEqual([])
})

test('no file imports itself by a detour', () => {
  const next = Map.groupBy(
    imports.filter((i) => !i.typeOnly && !i.dynamic),
    (i) => i.from,
  )
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'open') cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (state.has(file)) return
    state.set(file, 'open')
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file])
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  expect(cycles).toEqual([])
})

test('no file has two subjects', () => {
  const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 500)
  expect(long).toEqual([])
})

test('core is small, and each of its files is used by three rooms or more', () => {
  const core = files.filter((file) => roomOf(file) === 'core' && file.split(sep).length === 3)
  expect(core.length).toBeLessThanOrEqual(15)
})

/** Every template of a file that has holes and no tag before it: its first words. */
function bareTemplates(file: string): string[] {
  const found: string[] = []
  const visit = (node: unknown, tagged: boolean): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, false)
    else if (typeof node === 'object' && node !== null) {
      const { type, quasis, expressions } = node as { type?: string; quasis?: unknown[]; expressions?: unknown[] }
      if (type === 'TemplateLiteral' && !tagged && expressions?.length) {
        const [first] = quasis as { value: { raw: string } }[]
        found.push(first?.value.raw.trimStart() ?? '')
      }
      for (const [key, held] of Object.entries(node))
        visit(held, type === 'TaggedTemplateExpression' && key === 'quasi')
    }
  }
  visit(parseSync(file, readFileSync(join(root, file), 'utf8')).program, false)
  return found
}

test('SQL with holes is made by the sql tag, which quotes what goes into them', () => {
  const verbs = /^(SELECT|WITH|FROM|INSERT|UPDATE|DELETE|COPY|CREATE|DROP|ALTER|ATTACH|SET|DESCRIBE)\s/
  const bare = files.flatMap((file) =>
    bareTemplates(file)
      .filter((text) => verbs.test(text))
      .map((text) => `${file}: ${text.split('\n')[0]}`),
  )
  expect(bare).toEqual([])
})
