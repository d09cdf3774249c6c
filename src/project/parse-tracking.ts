import { routeFault } from '../connectors/segment/routed-event.ts'
import { tracksContract } from '../connectors/segment/tracks.ts'
import type { Faults } from '../contract/declaration.ts'
import type { TrackingSource } from '../sources/tracking-source.ts'
import { parseTimes } from './event-times.ts'
import { within } from './fields.ts'
import type { Target } from './parse.ts'
import { checkOrigin, wholeOf } from './server-settings.ts'

type Fields = Readonly<Record<string, unknown>>
type Entry = readonly [name: string, declared: Fields, path: readonly string[]]

interface Declared {
  readonly targets: ReadonlyMap<string, Target>
  readonly externals: ReadonlyMap<string, string>
  readonly timezone: string
}

interface Tracking {
  readonly sources: ReadonlyMap<string, TrackingSource>
  /** The streams that they declare. */
  readonly streams: readonly Target[]
}

const optionKeys = ['into', 'routes', 'key', 'origins', 'requestsPerSecond', 'times']

/** Checks the sources of Segment's events. Throws what `faults` throws. */
export function parseTracking(entries: readonly Entry[], known: Declared, faults: Faults): Tracking {
  const sources = new Map<string, TrackingSource>()
  const streams = new Map<string, Target>()
  const keys = new Map<string, string>()
  for (const [name, declared, path] of entries) {
    for (const key of Object.keys(declared))
      if (key !== 'kind' && !optionKeys.includes(key))
        faults.unknownName([...path, key], 'option of tracking()', key, optionKeys)
    const source = sourceOf(declared, path, faults)
    const { into } = source
    if (known.targets.has(into) || known.externals.has(into))
      faults.invalid([...path, 'into'], `\`${into}\` is declared by this source itself: leave it out elsewhere`)
    streams.set(into, streams.get(into) ?? streamOf(into, known.timezone, declared['times'], within(path, faults)))
    for (const [event, stream] of Object.entries(source.routes ?? {}))
      checkRoute(stream, known.targets, [...path, 'routes', event], faults)
    for (const key of source.key === undefined ? [''] : [source.key].flat()) {
      const other = keys.get(key)
      if (other !== undefined)
        faults.invalid(
          [...path, 'key'],
          key === '' ? `\`${other}\` has no key either: which is meant?` : `\`${other}\` has this key too`,
        )
      keys.set(key, name)
    }
    sources.set(name, source)
  }
  return { sources, streams: [...streams.values()] }
}

function streamOf(name: string, timezone: string, given: unknown, faults: Faults): Target {
  const contract = tracksContract(timezone, faults)
  const times = parseTimes(given, contract, faults)
  return { name, kind: 'stream', contract, ...(times && { times }) }
}

function sourceOf(declared: Fields, path: readonly string[], faults: Faults): TrackingSource {
  const { into, routes, key, origins } = declared
  if (typeof into !== 'string')
    faults.invalid([...path, 'into'], 'into is missing: the name of the stream of all events')
  if (routes !== undefined && (typeof routes !== 'object' || routes === null || Array.isArray(routes)))
    faults.invalid([...path, 'routes'], 'routes is an object: the name of an event and the stream that takes it')
  if (key !== undefined && !isListOf(key, /^[\x21-\x39\x3b-\x7e]{1,200}$/))
    faults.invalid([...path, 'key'], 'a write key is 1 to 200 printable characters without space and colon')
  if (origins !== undefined && !Array.isArray(origins))
    faults.invalid([...path, 'origins'], 'origins is a list of texts like `https://shop.example`, or `*`')
  for (const origin of (origins as readonly unknown[] | undefined) ?? [])
    checkOrigin(String(origin), [...path, 'origins'], faults)
  wholeOf(declared['requestsPerSecond'], [...path, 'requestsPerSecond'], 1_000_000, faults)
  return declared as unknown as TrackingSource
}

function isListOf(given: unknown, form: RegExp): boolean {
  const items = [given].flat()
  return items.length > 0 && items.every((item) => typeof item === 'string' && form.test(item))
}

function checkRoute(
  stream: unknown,
  targets: ReadonlyMap<string, Target>,
  path: readonly string[],
  faults: Faults,
): void {
  const known = [...targets.values()].filter(({ kind }) => kind === 'stream')
  const target = known.find(({ name }) => name === stream)
  const names = known.map(({ name }) => name)
  const fault = target ? routeFault(target.contract) : faults.unknownName(path, 'stream', String(stream), names)
  if (fault !== undefined) faults.invalid(path, `events cannot go to \`${String(stream)}\`: ${fault}`)
}
