import type { ChartName } from '../charts/charts.ts'
import { isError, MillraceError } from '../core/errors.ts'
import type { Dashboard, Filter, Tab, Tile } from './dashboard.ts'
import { invalid, readPart, unknownName } from './file/faults.ts'
import { anyTileShape, dashboardShape, filterShapes, type TileKeys, tileKeys, tileShape } from './file/shape.ts'
import { readYaml, type YamlFile } from './file/yaml.ts'
import { parsePeriod } from './period.ts'
import { namesIn } from './placeholders.ts'

type Path = readonly (string | number)[]

/**
 * Reads a dashboard's file. Nothing is thrown: what is wrong with a tile is its fault, what is wrong with anything else
 * the dashboard's. DASHBOARD_INVALID, DASHBOARD_UNKNOWN_NAME with line and column.
 */
export function parseDashboard(name: string, file: string, text: string): Dashboard {
  const broken = (fault: MillraceError, title = name): Dashboard => ({
    name,
    file,
    title,
    filters: [],
    tabs: [],
    fault,
  })
  const yaml = readYaml(text)
  if ('reason' in yaml) return broken(invalid(`${file}:${yaml.place}`, yaml.reason))
  const placeOf = (path: Path) => `${file}:${yaml.placeOf(path)}`
  const shape = readPart(dashboardShape, yaml.value ?? {}, placeOf)
  if (shape instanceof MillraceError) return broken(shape, titleOf(yaml.value) ?? name)
  try {
    const filters = Object.entries(shape.filters).map(([own, given]) => filterOf(own, given, placeOf))
    const taken = { tabs: new Set<string>(), tiles: new Set<string>() }
    const tabs = shape.tabs.map(({ title, tiles }, at): Tab => {
      const id = idOf(title, at, taken.tabs)
      const own = tiles.map((given, index) => tileOf({ file, yaml, filters }, ['tabs', at, 'tiles', index], given))
      return { id, title, tiles: own.map((tile) => unlike(tile, taken.tiles)) }
    })
    const { title, description } = shape
    return { name, file, title, ...(description !== undefined && { description }), filters, tabs }
  } catch (error) {
    if (isError(error, 'DASHBOARD_INVALID') || isError(error, 'DASHBOARD_UNKNOWN_NAME'))
      return broken(error, shape.title)
    throw error
  }
}

function titleOf(given: unknown): string | undefined {
  const title = (given as { readonly title?: unknown } | null)?.title
  return typeof title === 'string' && title !== '' ? title : undefined
}

function filterOf(name: string, given: unknown, placeOf: (path: Path) => string): Filter {
  const at = ['filters', name]
  const type = (given as { readonly type?: unknown } | null)?.type
  const shape = filterShapes[type as keyof typeof filterShapes]
  if (!shape) throw unknownName(placeOf([...at, 'type']), 'type of filter', String(type), Object.keys(filterShapes))
  const read = readPart(shape, given, (path) => placeOf([...at, ...path]))
  if (read instanceof MillraceError) throw read
  const title = read.title ?? `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`
  const { column } = read
  if (read.type === 'period') {
    if (!parsePeriod(read.default))
      throw invalid(placeOf([...at, 'default']), `\`${read.default}\` is no period: write \`last 24 hours\``)
    return { name, title, column, type: 'period', default: read.default }
  }
  const { multiple, default: values, from } = read
  if (!multiple && values.length > 1) throw invalid(placeOf([...at, 'default']), 'several values need `multiple: true`')
  return { name, title, column, type: 'list', multiple, default: values, ...(from !== undefined && { from }) }
}

interface TileSite {
  readonly file: string
  readonly yaml: YamlFile
  readonly filters: readonly Filter[]
}

function tileOf({ file, yaml, filters }: TileSite, at: Path, given: unknown): Tile {
  const placeOf = (path: Path) => `${file}:${yaml.placeOf([...at, ...path])}`
  const placeInSql = (index: number) => `${file}:${yaml.placeInText([...at, 'sql'], index)}`
  const base = readPart(anyTileShape, given, placeOf)
  if (base instanceof MillraceError) return brokenTile(given, at, base, { placeOf, placeInSql })
  const read = readPart(tileShape(base.chart), given, placeOf)
  const keys = base as TileKeys & Readonly<Record<string, unknown>>
  const options = read instanceof MillraceError ? {} : read
  const [width = 4, height = 4] = keys.size.split('x').map(Number)
  const names = filters.map(({ name }) => name)
  const strange = Object.keys(keys.filter_columns).find((name) => !names.includes(name))
  const fault =
    read instanceof MillraceError
      ? read
      : strange === undefined
        ? sqlFault(keys.sql, filters, placeInSql)
        : unknownName(placeOf(['filter_columns', strange]), 'filter', strange, names)
  return {
    id: keys.id,
    title: keys.title,
    ...(keys.description !== undefined && { description: keys.description }),
    chart: keys.chart,
    width,
    height,
    sql: keys.sql,
    options: Object.fromEntries(Object.entries(options).filter(([key]) => !tileKeys.includes(key))),
    filterColumns: keys.filter_columns,
    placeOf,
    placeInSql,
    ...(fault && { fault }),
  }
}

/** A `$name` that is no filter, or has no such part. */
function sqlFault(
  sql: string,
  filters: readonly Filter[],
  placeOf: (index: number) => string,
): MillraceError | undefined {
  for (const { name, part, start } of namesIn(sql)) {
    const filter = filters.find((each) => each.name === name)
    const known = filters.map((each) => `$${each.name}`)
    if (!filter) return unknownName(placeOf(start), 'filter', `$${name}`, known)
    const parts = filter.type === 'period' ? ['start', 'end', 'grain'] : []
    if (part !== undefined && !parts.includes(part))
      return unknownName(
        placeOf(start),
        `part of $${name}`,
        part,
        parts.map((each) => `$${name}.${each}`),
      )
  }
  return undefined
}

/** What stands on the page in the place of a tile that cannot be read: its name and title as far as they are there. */
function brokenTile(
  given: unknown,
  at: Path,
  fault: MillraceError,
  places: Pick<Tile, 'placeOf' | 'placeInSql'>,
): Tile {
  const held = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>
  const textOf = (key: string) => (typeof held[key] === 'string' ? (held[key] as string) : undefined)
  const id = textOf('id') ?? `tile_${at.filter((step) => typeof step === 'number').join('_')}`
  const [, width = 4, height = 4] = /^(\d+)x(\d+)$/.exec(textOf('size') ?? '')?.map(Number) ?? []
  const chart: ChartName = 'table'
  return {
    id,
    title: textOf('title') ?? id,
    chart,
    width: Math.min(12, Math.max(1, width)),
    height: Math.min(20, Math.max(1, height)),
    sql: textOf('sql') ?? '',
    options: {},
    filterColumns: {},
    ...places,
    fault,
  }
}

/** Two tiles of one id would be one to whoever asks for it. */
function unlike(tile: Tile, taken: Set<string>): Tile {
  if (!taken.has(tile.id)) {
    taken.add(tile.id)
    return tile
  }
  const id = freeName(tile.id, taken)
  const fault = tile.fault ?? invalid(tile.placeOf(['id']), `another tile has the id \`${tile.id}\` already`)
  return { ...tile, id, fault }
}

function idOf(title: string, at: number, taken: Set<string>): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return freeName(plain === '' ? `tab-${at + 1}` : plain, taken)
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let count = 2; taken.has(name); count++) name = `${wanted}-${count}`
  taken.add(name)
  return name
}
