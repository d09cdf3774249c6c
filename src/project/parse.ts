import { resolve } from 'node:path'
import type { Contract } from '../contract/contract.ts'
import { type Declaration, declarationKeys, type Faults, parseContract } from '../contract/declaration.ts'
import { isZone } from '../contract/zone.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { FilesSource } from '../sources/files-source.ts'
import type { SpoolSource } from '../sources/spool-source.ts'
import type { TrackingSource } from '../sources/tracking-source.ts'
import { parseTimes, type TimeWindow } from './event-times.ts'
import { checkKeys, entriesOf, type Fields, fieldsOf, textOf, within } from './fields.ts'
import { parseTracking } from './parse-tracking.ts'
import { placeOf } from './place.ts'
import { isReserved } from './reserved-names.ts'
import { parseServer, type ServerSettings } from './server-settings.ts'

/** A stream or a table of the project: both are a Delta table of the lake with a contract. */
export interface Target {
  readonly name: string
  readonly kind: 'stream' | 'table'
  readonly contract: Contract
  /** How far from now the times of a stream's events may be. */
  readonly times?: TimeWindow
}

/** A declared source; that of a table's `from` has the table's name. */
export interface NamedSource {
  readonly name: string
  readonly files: FilesSource
}

export type LakePlace = { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'memory' }

/** A project file whose every name is known. */
export interface ProjectSettings {
  /** The project file, as it was read. */
  readonly text: string
  /** Absolute, links resolved. */
  readonly folder: string
  readonly profile: string
  readonly name: string
  readonly timezone: string
  readonly lake: LakePlace
  readonly targets: ReadonlyMap<string, Target>
  /** Name → absolute folder of a Delta table that others write. */
  readonly externals: ReadonlyMap<string, string>
  readonly sources: ReadonlyMap<string, NamedSource>
  /** Sources of Segment's events; the streams that they declare are among the targets. */
  readonly tracking: ReadonlyMap<string, TrackingSource>
  readonly spools: ReadonlyMap<string, SpoolSource>
  /** Table, stream or model → the column it is looked up by. Which models there are is in other files. */
  readonly lookup: ReadonlyMap<string, string>
  readonly server: ServerSettings
  /** Where a declaration stands: `millrace.config.ts:12`. */
  readonly place: (path: readonly string[]) => string
}

/** What the project file gave, and how to name places in it. */
export interface Given {
  readonly folder: string
  readonly profile: string
  readonly file: string
  readonly text: string
  readonly config: unknown
}

const configKeys = ['name', 'timezone', 'lake', 'streams', 'tables', 'sources', 'lookup', 'server']
const sourceKeys = [
  'into',
  'route',
  'format',
  'header',
  'delimiter',
  'quote',
  'columns',
  'nulls',
  'timezone',
  'decimal',
  'encoding',
  'compression',
  'pathColumns',
  'onChange',
  'generateId',
]

const spoolKeys = ['into', 'format', 'header', 'delimiter', 'quote', 'columns', 'nulls', 'encoding', 'done']

/** Checks a project's configuration. CONFIG_INVALID, CONFIG_UNKNOWN_NAME and LAKE_UNSUPPORTED, each with its place. */
export function parseProject(given: Given): ProjectSettings {
  const place = (path: readonly string[]) => placeOf(given.file, given.text, path)
  const faults: Faults = {
    invalid: (path, reason) => {
      throw new MillraceError('CONFIG_INVALID', { place: place(path), reason })
    },
    unknownName: (path, what, name, known) => {
      throw new MillraceError('CONFIG_UNKNOWN_NAME', {
        place: place(path),
        what,
        name,
        suggestion: suggest(name, known),
      })
    },
  }
  const config = fieldsOf(given.config, [], faults)
  checkKeys(config, configKeys, [], 'setting', faults)
  const name = textOf(config['name'], ['name'], faults)
  if (!/^[a-z][a-z0-9_-]*$/.test(name)) faults.invalid(['name'], 'a name is lower-case letters, digits, `_` and `-`')
  const timezone = config['timezone'] === undefined ? 'UTC' : zoneOf(config['timezone'], ['timezone'], faults)

  const targets = new Map<string, Target>()
  const externals = new Map<string, string>()
  const sources = new Map<string, NamedSource>()
  const spools = new Map<string, SpoolSource>()
  const owned = [...entriesOf(config, 'streams', faults), ...entriesOf(config, 'tables', faults)]
  for (const [target, declared, path] of owned) {
    checkName(target, path, faults)
    if (targets.has(target) || externals.has(target))
      faults.invalid(path, `\`${target}\` is declared twice; streams and tables share their names`)
    const kind = path[0] === 'streams' ? 'stream' : 'table'
    if (kind === 'table' && declared['kind'] === 'external') {
      externals.set(target, resolve(given.folder, textOf(declared['path'], path, faults)))
      continue
    }
    if (declared['kind'] !== kind) faults.invalid(path, `\`${target}\` is not made by ${kind}({ … })`)
    const keys = [...declarationKeys, ...(kind === 'table' ? ['from'] : ['times'])]
    checkKeys(
      declared,
      ['kind', ...keys.filter((key) => key !== (kind === 'stream' ? 'key' : 'id'))],
      path,
      'setting',
      faults,
    )
    const contract = parseContract(declared as unknown as Declaration, timezone, within(path, faults))
    const times = kind === 'stream' ? parseTimes(declared['times'], contract, within(path, faults)) : undefined
    targets.set(target, { name: target, kind, contract, ...(times && { times }) })
    if (declared['from'] !== undefined) {
      const from = fieldsOf(declared['from'], [...path, 'from'], faults)
      if (from['into'] !== undefined && from['into'] !== target)
        faults.invalid([...path, 'from', 'into'], `the files of \`from\` go into \`${target}\`; leave \`into\` out`)
      sources.set(target, {
        name: target,
        files: parseFiles({ ...from, into: target }, [...path, 'from'], targets, faults),
      })
    }
  }
  const declaredSources = entriesOf(config, 'sources', faults)
  const tracked = declaredSources.filter(([, { kind }]) => kind === 'tracking')
  const tracking = parseTracking(tracked, { targets, externals, timezone }, faults)
  for (const target of tracking.streams) {
    checkName(target.name, ['sources'], faults)
    targets.set(target.name, target)
  }
  for (const [source, declared, path] of declaredSources) {
    checkName(source, path, faults)
    if (tracking.sources.has(source)) continue
    if (sources.has(source)) faults.invalid(path, `the table \`${source}\` has a \`from\`: name this source otherwise`)
    if (declared['kind'] === 'spool') spools.set(source, parseSpool(declared, path, targets, faults))
    else sources.set(source, { name: source, files: parseFiles(declared, path, targets, faults) })
  }
  const lookup = new Map<string, string>()
  for (const [target, declared, path] of entriesOf(config, 'lookup', faults)) {
    const key = textOf(declared['key'], path, faults)
    const columns = targets.get(target)?.contract.columns.map((column) => column.name)
    if (columns && !columns.includes(key)) faults.unknownName([...path, 'key'], 'column', key, columns)
    lookup.set(target, key)
  }
  const streams = [...targets.values()].flatMap(({ kind, name }) => (kind === 'stream' ? [name] : []))
  return {
    text: given.text,
    folder: given.folder,
    profile: given.profile,
    name,
    timezone,
    lake: lakeOf(config['lake'] ?? './lake', given.folder, place(['lake']), faults),
    targets,
    externals,
    sources,
    tracking: tracking.sources,
    spools,
    lookup,
    server: parseServer(config['server'], streams, within(['server'], faults)),
    place,
  }
}

/** What is wrong with the name of a stream, table or model: names become folders, and tables of SQL. */
export function nameFault(name: string): string | undefined {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    return `\`${name}\`: a name is lower-case letters, digits and \`_\`, and begins with a letter`
  if (name.length > 100) return `a name has at most 100 letters, and this one has ${name.length}`
  return isReserved(name) ? `\`${name}\` is reserved` : undefined
}

function checkName(name: string, path: readonly string[], faults: Faults): void {
  const fault = nameFault(name)
  if (fault !== undefined) faults.invalid(path, fault)
}

function zoneOf(given: unknown, path: readonly string[], faults: Faults): string {
  const zone = textOf(given, path, faults)
  if (!isZone(zone)) faults.unknownName(path, 'time zone', zone, Intl.supportedValuesOf('timeZone'))
  return zone
}

function parseFiles(
  given: Fields,
  path: readonly string[],
  targets: ReadonlyMap<string, Target>,
  faults: Faults,
): FilesSource {
  if (given['kind'] !== 'files') faults.invalid(path, `\`${path.at(-1)}\` is not made by files(…) or spool(…)`)
  checkKeys(given, ['kind', 'glob', ...sourceKeys], path, 'option of files()', faults)
  const globs = [given['glob']].flat()
  if (globs.length === 0 || !globs.every((glob) => typeof glob === 'string' && glob !== ''))
    faults.invalid(path, 'files() takes a path or a glob as text, or a list of them')
  for (const key of ['delimiter', 'quote', 'pathColumns'])
    if (given[key] !== undefined && typeof given[key] !== 'string')
      faults.invalid([...path, key], `${key} takes a text`)
  const known = [...targets.keys()]
  const check = (into: unknown, at: readonly string[]) => {
    if (!known.includes(String(into))) faults.unknownName(at, 'stream or table', String(into), known)
  }
  const route = given['route']
  if (given['into'] === undefined && route === undefined) faults.invalid(path, 'into is missing: where do the rows go?')
  if (given['into'] !== undefined) check(given['into'], [...path, 'into'])
  if (route !== undefined) {
    if (!Array.isArray(route) || route.length === 0)
      faults.invalid([...path, 'route'], 'route is a list of { when, into }')
    for (const given of route as unknown[]) {
      const each = fieldsOf(given, [...path, 'route'], faults)
      textOf(each['when'], [...path, 'route', 'when'], faults)
      check(each['into'], [...path, 'route', 'into'])
    }
  }
  if (given['timezone'] !== undefined) zoneOf(given['timezone'], [...path, 'timezone'], faults)
  choice(given, 'format', ['csv', 'json', 'ndjson', 'parquet'], path, faults)
  choice(given, 'decimal', ['.', ','], path, faults)
  choice(given, 'compression', ['none', 'gzip', 'zstd'], path, faults)
  choice(given, 'onChange', ['replace', 'append', 'refuse'], path, faults)
  const encoding = given['encoding']
  if (encoding !== undefined && !isEncoding(encoding))
    faults.invalid(
      [...path, 'encoding'],
      `there is no encoding \`${String(encoding)}\`; it takes what TextDecoder knows`,
    )
  for (const key of ['columns', 'nulls'])
    if (
      given[key] !== undefined &&
      !(Array.isArray(given[key]) && given[key].every((each) => typeof each === 'string'))
    )
      faults.invalid([...path, key], `${key} is a list of texts`)
  for (const key of ['header', 'generateId'])
    if (given[key] !== undefined && typeof given[key] !== 'boolean')
      faults.invalid([...path, key], `${key} is true or false`)
  return given as unknown as FilesSource
}

/** What the two have in common is checked as `files()` has it; a spool feeds streams alone. */
function parseSpool(
  given: Fields,
  path: readonly string[],
  targets: ReadonlyMap<string, Target>,
  faults: Faults,
): SpoolSource {
  checkKeys(given, ['kind', 'glob', ...spoolKeys], path, 'option of spool()', faults)
  choice(given, 'done', ['keep', 'move', 'delete'], path, faults)
  choice(given, 'format', ['csv', 'json', 'ndjson'], path, faults)
  const streams = new Map([...targets].filter(([, { kind }]) => kind === 'stream'))
  const { done: _, ...files } = given
  parseFiles({ ...files, kind: 'files' }, path, streams, faults)
  return given as unknown as SpoolSource
}

function choice(given: Fields, key: string, known: readonly string[], path: readonly string[], faults: Faults): void {
  const chosen = given[key]
  if (chosen !== undefined && !known.includes(String(chosen)))
    faults.unknownName([...path, key], key, String(chosen), known)
}

function isEncoding(label: unknown): boolean {
  try {
    return typeof label === 'string' && new TextDecoder(label) instanceof TextDecoder
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function lakeOf(given: unknown, folder: string, place: string, faults: Faults): LakePlace {
  const lake = textOf(given, ['lake'], faults)
  if (lake === 'memory:') return { kind: 'memory' }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(lake)?.[1]
  if (scheme !== undefined) {
    if (['s3', 's3a', 'hdfs', 'webhdfs'].includes(scheme.toLowerCase()))
      throw new MillraceError('LAKE_UNSUPPORTED', { place, scheme: `${scheme}://` })
    faults.invalid(['lake'], `\`${lake}\`: a lake is a folder, or memory: for tests`)
  }
  return { kind: 'folder', path: resolve(folder, lake) }
}
