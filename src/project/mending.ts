import type { EventChecker } from '../contract/check-event.ts'
import type { Contract, ContractColumn } from '../contract/contract.ts'
import { fieldTexts, isField, withFields } from '../contract/set-fields.ts'
import { parseColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { Turns } from '../core/turns.ts'
import { collect } from '../engines/rows.ts'
import type { TailSpec } from '../engines/tail.ts'
import { readCondition } from '../sql/condition.ts'
import { join, name as quoted, raw, sql } from '../sql/text.ts'
import {
  applyMends,
  type Mending,
  type MendOutcome,
  type MendSite,
  type OpenReject,
  openRejects,
  type RejectChoice,
} from '../streams/mend.ts'

/** What is to be done with a stream's open rejects. */
export type MendRequest = RejectChoice & {
  readonly stream: string
  readonly how: /** `price = abs(price::double)`: SQL over the fields of the event, which are text. */
    | { readonly kind: 'fix'; readonly set: readonly string[] }
    /** The one that is chosen becomes this event. */
    | { readonly kind: 'replace'; readonly event: string }
    /** They are judged again as they are: the contract or a rule has changed. */
    | { readonly kind: 'replay' }
    | { readonly kind: 'discard'; readonly reason: string }
}

/** What a request would do: exactly this is done. */
export interface MendPlan {
  readonly stream: string
  readonly how: MendRequest['how']['kind']
  readonly chosen: number
  /** More rejects are chosen than one request takes. */
  readonly more: boolean
  readonly mendings: readonly Mending[]
  /** Those that would be refused again, and why. */
  readonly refused: readonly {
    readonly reject: string
    readonly column: string | null
    readonly code: string
    readonly message: string
  }[]
}

/** What a stream's events are judged by. */
export interface Judge {
  readonly contract: Contract
  readonly spec: TailSpec
  /** An event without an id is given one that follows from the reject's. */
  readonly check: (reject: string) => EventChecker
}

/** The way to mend the rejects of a stream. */
export interface Mender {
  planMend(request: MendRequest, context: Context): Promise<MendPlan>
  applyMend(plan: MendPlan, context: Context): Promise<MendOutcome>
}

/** One request after the other: what is open for one is not open for the next. */
export function openMender(site: MendSite, judge: Judge): Mender {
  const turns = new Turns()
  return {
    planMend: (request, context) => planMend(site, judge, request, context),
    applyMend: (plan, context) => turns.run(() => applyMends(site, plan.mendings, context)),
  }
}

/** Rejects that one request takes. */
const most = 10_000

/** Works out what would become of the rejects that are chosen. MEND_INVALID, NAME_UNKNOWN. */
async function planMend(site: MendSite, judge: Judge, request: MendRequest, context: Context): Promise<MendPlan> {
  const { stream, how } = request
  const found = await openRejects(site, request, most + 1, context)
  const chosen = found.slice(0, most)
  const head = { stream, how: how.kind, chosen: chosen.length, more: found.length > most }
  if (how.kind === 'discard') {
    const { reason } = how
    return Object.freeze({ ...head, mendings: chosen.map(({ id }) => ({ reject: id, discard: reason })), refused: [] })
  }
  const changed = await changedBy(site, judge.contract, chosen, how, context)
  const refused: MendPlan['refused'][number][] = []
  const events: Extract<Mending, { readonly event: unknown }>[] = []
  for (const { id, bytes } of changed) {
    const event = judge.check(id)(bytes, 0, bytes.byteLength)
    if (event.kind === 'accepted') events.push({ reject: id, event: { ...event, payload: Buffer.from(event.payload) } })
    else refused.push({ reject: id, column: event.column, code: event.code, message: event.message })
  }
  const broken = await brokenRules(site, judge, events, context)
  for (const { reject } of events) {
    const why = broken.get(reject)
    if (why) refused.push({ reject, ...why })
  }
  return Object.freeze({ ...head, mendings: events.filter(({ reject }) => !broken.has(reject)), refused })
}

/** What is sent in the place of rejects. */
async function changedBy(
  site: MendSite,
  contract: Contract,
  chosen: readonly OpenReject[],
  how: Exclude<MendRequest['how'], { readonly kind: 'discard' }>,
  context: Context,
): Promise<readonly Pick<OpenReject, 'id' | 'bytes'>[]> {
  switch (how.kind) {
    case 'fix':
      return withSet(site, contract, chosen, how.set, context)
    case 'replay':
      return chosen
    case 'replace': {
      const [one, ...others] = chosen
      // it may have been mended meanwhile
      if (!one) return []
      if (others.length > 0)
        throw new MillraceError('MEND_INVALID', { text: how.event.slice(0, 100), reason: 'it replaces one reject' })
      return [{ id: one.id, bytes: lineOf(how.event) }]
    }
    default:
      return how satisfies never
  }
}

/** A record of a log is one line: JSON has no line feed but between its parts. */
function lineOf(event: string): Uint8Array {
  return Buffer.from(event.replace(/[\r\n]+/g, ' ').trim())
}

/** The rules are asked before an event goes into the log: one that breaks them would only be another reject. */
async function brokenRules(
  { lake }: MendSite,
  { spec }: Judge,
  events: readonly Extract<Mending, { readonly event: unknown }>[],
  context: Context,
) {
  const broken = new Map<string, { readonly column: string | null; readonly code: string; readonly message: string }>()
  if (events.length === 0) return broken
  const columns = [parseColumn('json', 'varchar'), parseColumn('_offset', 'bigint')]
  const rows = events.map(({ event }, at) => [Buffer.from(event.payload).toString(), BigInt(at)])
  const given = { kind: 'values', columns, rows } as const
  const raws = { kind: 'select', sql: 'SELECT *, now() AS _received_at FROM given', from: { given } } as const
  const query = sql`SELECT _offset, "column", code, message FROM (${raw(spec.bad)})`
  for (const [at, column, code, message] of await collect(
    await lake.engine.run({ sql: query.text, from: { raw: raws } }, context),
  )) {
    const { reject } = events[Number(at)] as { readonly reject: string }
    broken.set(reject, {
      column: column === null ? null : String(column),
      code: String(code),
      message: String(message),
    })
  }
  return broken
}

/** The rejects with what `--set` makes of their fields; what is no JSON object stays as it is. */
async function withSet(
  { lake }: MendSite,
  contract: Contract,
  rejects: readonly OpenReject[],
  set: readonly string[],
  context: Context,
): Promise<readonly Pick<OpenReject, 'id' | 'bytes'>[]> {
  const columns = contract.columns.filter(isField)
  const changes = await Promise.all(set.map((text) => readChange(text, columns)))
  const objects = rejects.flatMap(({ id, bytes }) => {
    const fields = fieldTexts(bytes, columns)
    return fields ? [{ id, bytes, fields }] : []
  })
  const shape = [parseColumn('_reject', 'bigint'), ...columns.map(({ name }) => parseColumn(name, 'varchar'))]
  const from = {
    fields: { kind: 'values', columns: shape, rows: objects.map(({ fields }, at) => [BigInt(at), ...fields]) },
  } as const
  const made = changes.map(
    ({ expression }, at) => sql`to_json(${raw(expression)}\n)::VARCHAR AS ${quoted(`_set${at}`)}`,
  )
  const query = sql`SELECT ${join(made)} FROM fields ORDER BY _reject`
  const values = await run()
  const patched = new Map(
    objects.map(({ id, bytes }, at) => [
      id,
      withFields(
        bytes,
        changes.map(({ column }, nth) => [column, jsonOf(values[at]?.[nth])] as const),
      ),
    ]),
  )
  return rejects.map(({ id, bytes }) => ({ id, bytes: patched.get(id) ?? bytes }))

  async function run() {
    try {
      return await collect(await lake.engine.run({ sql: query.text, from }, context))
    } catch (error) {
      if (!(error instanceof MillraceError) || error.row.kind === 'bug') throw error
      throw new MillraceError(
        'MEND_INVALID',
        { text: set.join(', '), reason: error.message.split('\n')[0] ?? '' },
        error,
      )
    }
  }
}

function jsonOf(value: unknown): string | null {
  return value === null || value === undefined || value === 'null' ? null : String(value)
}

/** `price = expression`. */
async function readChange(text: string, columns: readonly ContractColumn[]) {
  const [, wanted, expression] = /^\s*"?([^"=]+?)"?\s*=(?!=)\s*(.+)$/s.exec(text) ?? []
  const invalid = (reason: string) => new MillraceError('MEND_INVALID', { text, reason })
  if (wanted === undefined || expression === undefined) throw invalid('it is no column, = and an expression')
  const names = columns.map(({ name }) => name)
  const column = columns.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  if (!column)
    throw new MillraceError('NAME_UNKNOWN', { what: 'column', name: wanted, suggestion: suggest(wanted, names) })
  const { fault } = await readCondition(expression, names)
  if (fault?.kind === 'invalid') throw invalid(fault.reason)
  if (fault)
    throw new MillraceError('NAME_UNKNOWN', {
      what: 'column',
      name: fault.name,
      suggestion: suggest(fault.name, names),
    })
  return { column, expression }
}
