import type { EventOptions, RefusedEvent } from '../check-event.ts'
import { type Contract, type ContractColumn, partitionGrains } from '../contract.ts'
import type { Settings } from '../forms/form.ts'
import { isNested } from '../forms.ts'
import type { Layout, Place } from './columns.ts'
import { type Content, newContent, putByte } from './content.ts'
import { type Found, find, newFound, undeclaredKey } from './find.ts'
import { putJson, putText } from './json-text.ts'
import type { Members } from './members.ts'
import { isDeclared, jsonReader, nothingByte, readString, scalarReader } from './nested.ts'
import type { Edit } from './payload.ts'
import { outcome, trimEnd, trimStart } from './reader.ts'
import { refusal } from './reasons.ts'
import { kinds } from './scan-state.ts'
import { textAt } from './scan-string.ts'
import { simpleTest } from './simple.ts'
import { lastSeconds, type TimeReader } from './times.ts'

/** What the columns of an event have to say. */
export interface Verdict {
  refused: RefusedEvent | undefined
  id: string | undefined
  edits: Edit[]
  /** No column has a value that only the general SQL reads right. */
  simple: boolean
  /** Top-level members that are a column's. */
  taken: number
}

export interface EventText {
  readonly bytes: Uint8Array
  /** The place of the object's opening bracket. */
  readonly first: number
  readonly members: Members
}

/** Reads every column in its order, writes the values to `content`, and stops at the first that is refused. */
export type ColumnChecks = (event: EventText, content: Content, verdict: Verdict) => void

/** The time that a column was read as; undefined where it has none in the event at hand. */
interface Moment {
  seconds: number | undefined
  micros: number
}

export function columnChecks(contract: Contract, layout: Layout, options: EventOptions): ColumnChecks {
  const moments = new Map<string, Moment>()
  const checks = contract.columns.map((column, index) => {
    const moment: Moment = { seconds: undefined, micros: 0 }
    moments.set(column.name, moment)
    return columnCheck(contract, column, layout.places[index] as Place, options, moment)
  })
  const shapes = contract.columns.flatMap((column, index) =>
    isNested(column.type) ? [{ column, place: layout.places[index] as Place }] : [],
  )
  const ranges = [...partitionRanges(contract, moments), ...timeRange(contract, options, moments)]
  const found = newFound()

  const undeclared = ({ bytes, members }: EventText): RefusedEvent | undefined => {
    const key = undeclaredKey(layout, members)
    if (key !== undefined) return refuse(null, 'unknown_field', `no column takes the field \`${key}\``)
    for (const { column, place } of shapes) {
      find(bytes, members, place, found)
      if (found.kind >= kinds.object && !isDeclared(column.type, bytes, found.start, found.end))
        return refuse(column.name, 'unknown_field', 'a struct has a member that is not declared')
    }
    return undefined
  }

  const counts = contract.columns.map(({ varies }) => !varies)

  return (event, content, verdict) => {
    if (contract.unknown === 'reject') verdict.refused = undeclared(event)
    for (let index = 0; index < checks.length; index++) {
      if (verdict.refused) return
      const { length } = content
      ;(checks[index] as ColumnChecks)(event, content, verdict)
      if (!counts[index]) content.length = length
    }
    for (const range of ranges) verdict.refused ??= range()
  }
}

function refuse(column: string | null, code: string, message: string): RefusedEvent {
  return { kind: 'refused', column, code, message }
}

function columnCheck(
  contract: Contract,
  column: ContractColumn,
  place: Place,
  options: EventOptions,
  moment: Moment,
): ColumnChecks {
  const { type, nullable } = column
  const settings: Settings = { formats: column.formats, timezone: contract.timezone, decimal: '.', nan: contract.nan }
  const scalar = scalarReader(type, settings)
  const nested = scalar ? undefined : jsonReader(type, settings)
  const instant = type.kind === 'date' || type.kind === 'timestamptz' ? (scalar as TimeReader).instant : undefined
  const isNull = nullTest(contract, column)
  const isId = contract.id === column.name
  const makeId = isId && (type.kind === 'uuid' || type.kind === 'varchar') ? options.newId : undefined
  const found = newFound()
  const decoded = newContent()
  const isSimple = simpleTest(column, contract)
  const takesMember = place.steps.length === 0

  const read = (bytes: Uint8Array, content: Content): number => {
    const { kind, start, end } = found
    if (kind <= kinds.nan) return outcome.nothing
    if (isNull?.(bytes, kind, start, end))
      return kind >= kinds.object && type.kind === 'varchar' ? outcome.refused : outcome.nothing
    if (nested) return nested(bytes, start, end, content)
    if (!scalar || kind >= kinds.object) return outcome.refused
    if (kind !== kinds.string) return scalar(bytes, start, end, content)
    if (found.plain) return scalar(bytes, start + 1, end - 1, content)
    return readString(scalar, bytes, start + 1, end - 1, content, decoded)
  }

  return (event, content, verdict) => {
    const { bytes, members } = event
    find(bytes, members, place, found)
    if (found.spelled && !verdict.edits.some(({ start }) => start === found.spelled?.keyStart)) {
      const { keyStart, keyEnd } = found.spelled
      verdict.edits.push({ start: keyStart, end: keyEnd, text: JSON.stringify(column.from ?? column.name) })
    }
    if (takesMember && found.kind !== kinds.missing) verdict.taken++
    verdict.simple &&= isSimple(bytes, found.kind, found.start, found.end)
    const begin = content.length
    const result = read(bytes, content)
    if (instant) {
      moment.seconds = result === outcome.value ? instant.seconds : undefined
      moment.micros = instant.micros
    }
    if (result === outcome.value) {
      if (isId) {
        verdict.id = idText(content, begin, type.kind === 'varchar')
        content.length = begin
      } else putByte(content, 0x2c)
    } else if (result === outcome.refused) {
      const text = shownText(bytes, found, scalar !== undefined)
      verdict.refused = refuse(column.name, 'type', refusal(column, text, contract.timezone))
    } else {
      content.length = begin
      if (makeId && place.steps.length === 0) {
        verdict.id = makeId()
        verdict.edits.push(idEdit(event, column, found, verdict.id))
      } else if (!nullable)
        verdict.refused = refuse(column.name, 'not_null', 'there is no value, and the column is not null')
      if (isId) return
      putByte(content, nothingByte)
      putByte(content, 0x2c)
    }
  }
}

function idText({ bytes, length }: Content, begin: number, isText: boolean): string {
  if (!isText) return bytes.toString('latin1', begin, length)
  let at = begin
  while (bytes[at] !== 0x3a) at++
  return textAt(bytes, at + 1, length)
}

/** Puts an id in: in the place of what means NULL, or in front of all members. */
function idEdit({ first, members }: EventText, column: ContractColumn, found: Found, id: string): Edit {
  if (found.kind !== kinds.missing) return { start: found.start, end: found.end, text: JSON.stringify(id) }
  const text = `${JSON.stringify(column.from ?? column.name)}:${JSON.stringify(id)}${members.count === 0 ? '' : ','}`
  return { start: first + 1, end: first + 1, text }
}

/** Whether a value is one of the texts that mean NULL; undefined where there are none. */
function nullTest(
  contract: Contract,
  column: ContractColumn,
): ((bytes: Uint8Array, kind: number, start: number, end: number) => boolean) | undefined {
  const own = column.nulls ?? []
  const given = contract.partitionBy.value === column.name ? ['', ...own] : own
  const exact = column.type.kind === 'varchar'
  const texts = new Set(exact ? given : given.map((each) => each.trim()).filter((each) => each !== ''))
  if (texts.size === 0) return undefined
  const scalar = !isNested(column.type) && column.type.kind !== 'json'
  const text = newContent()
  return (bytes, kind, start, end) => {
    text.length = 0
    if (scalar) putText(text, bytes, kind === kinds.string, start, end)
    else putJson(text, bytes, start, end)
    if (exact) return texts.has(textAt(text.bytes, 0, text.length))
    const from = trimStart(text.bytes, 0, text.length)
    return texts.has(textAt(text.bytes, from, trimEnd(text.bytes, from, text.length)))
  }
}

function shownText(bytes: Uint8Array, { kind, start, end }: Found, isText: boolean): string {
  const text = newContent()
  putText(text, bytes, isText && kind === kinds.string, start, end)
  return textAt(text.bytes, 0, text.length)
}

/** Local days next to the years 1 and 9999 can lie outside them. */
function partitionRanges(
  contract: Contract,
  moments: ReadonlyMap<string, Moment>,
): readonly (() => RefusedEvent | undefined)[] {
  if (contract.timezone === 'UTC') return []
  return partitionGrains.flatMap((grain) => {
    const column = contract.columns.find(({ name }) => name === contract.partitionBy[grain])
    if (column?.type.kind !== 'timestamptz') return []
    const moment = moments.get(column.name) as Moment
    const message = `its ${grain} in ${contract.timezone} may lie outside the years 0001 to 9999`
    return [
      () => {
        const { seconds, micros } = moment
        if (seconds === undefined) return undefined
        const within =
          seconds >= -62_135_510_400 && (seconds < 253_402_214_400 || (seconds === 253_402_214_400 && micros === 0))
        return within ? undefined : refuse(column.name, 'partition_range', message)
      },
    ]
  })
}

/** The event's time against the clock; a date counts from its beginning to its end in any zone. */
function timeRange(
  contract: Contract,
  { times }: EventOptions,
  moments: ReadonlyMap<string, Moment>,
): readonly (() => RefusedEvent | undefined)[] {
  const column = contract.columns.find(({ name }) => name === contract.time)
  if (!column || !times) return []
  const moment = moments.get(column.name) as Moment
  const slackMs = column.type.kind === 'date' ? 26 * 3_600_000 : 0
  return [
    () => {
      if (moment.seconds === undefined || moment.seconds > lastSeconds) return undefined
      const aheadMs = moment.seconds * 1000 + moment.micros / 1000 - times.now()
      if (aheadMs > times.aheadMs + slackMs)
        return refuse(column.name, 'time_range', `its time is more than ${hours(times.aheadMs)} ahead`)
      if (-aheadMs > times.pastMs + slackMs)
        return refuse(column.name, 'time_range', `its time is more than ${hours(times.pastMs)} ago`)
      return undefined
    },
  ]
}

function hours(ms: number): string {
  const whole = ms / 3_600_000
  return whole >= 48 ? `${Math.round(whole / 24)} days` : `${Math.round(whole)} hours`
}
