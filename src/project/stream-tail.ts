import { setTimeout as sleep } from 'node:timers/promises'
import type { Contract } from '../contract/contract.ts'
import { isPath, sameName } from '../contract/fields.ts'
import { membersOf, withMembers } from '../contract/json-members.ts'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import { nodeDisk } from '../storage/disk.ts'
import type { LogView } from '../streams/log.ts'
import { readRecords, type StoredRecord } from '../streams/records.ts'

export interface TailOptions {
  /** How many of the events that its log still has. */
  readonly last: number
  /** And those that come, until the signal aborts. */
  readonly follow: boolean
}

const [leastMs, share] = [250, 5]

/** The events of a log as it holds them, in the order in which they came. `view`: the log as it is when it is asked for. */
export async function* tailEvents(
  view: () => Promise<LogView | undefined>,
  { last, follow }: TailOptions,
  { signal }: Pick<Context, 'signal'>,
): AsyncGenerator<Buffer> {
  let from: bigint | undefined
  do {
    const began = performance.now()
    const log = await view()
    if (log && log.next !== from) {
      const events = from === undefined ? lastOf(await eventsFrom(log, 0n), last) : await eventsFrom(log, from)
      from = log.next
      yield* events
    }
    // the log is looked through each time: of a large one that is not to be all that is done
    const pauseMs = Math.max(leastMs, share * (performance.now() - began))
    if (follow && !signal.aborted) await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  } while (follow && !signal.aborted)
}

/** The newest events of a log's last records, as far as it still has them. */
export async function newestEvents(
  log: LogView,
  { last, from }: { readonly last: number; readonly from: bigint },
): Promise<{ readonly events: readonly StoredRecord[]; readonly next: bigint }> {
  const { next } = log
  const earliest = next - BigInt(last)
  return { events: await storedEvents(log, from > earliest ? from : earliest), next }
}

async function eventsFrom(log: LogView, from: bigint): Promise<Buffer[]> {
  return (await storedEvents(log, from)).map(({ payload }) => Buffer.from(payload))
}

async function storedEvents(log: LogView, from: bigint): Promise<StoredRecord[]> {
  const events: StoredRecord[] = []
  try {
    for await (const records of readRecords(nodeDisk(), log.ranges(from), from))
      for (const record of records) if (record.kind === 'event') events.push(record)
  } catch (error) {
    // a flush has freed a part meanwhile; what follows it is told the next time
    if (!isError(error, 'OBJECT_NOT_FOUND')) throw error
  }
  return events
}

/** An event with what is personal in it hidden: values of columns that say so, and objects that such columns lie in. */
export function withoutPersonal(event: Buffer, { columns }: Contract): Buffer {
  const keys = columns.flatMap(({ name, from = name, pii }) =>
    pii ? [isPath(from) ? (/^\$\.([\p{L}\p{N}_-]+)/u.exec(from)?.[1] ?? from) : from] : [],
  )
  const present = keys.filter((key) => membersOf(event)?.some((member) => sameName(member.key, key)))
  return present.length === 0 ? event : withMembers(event, new Map(present.map((key) => [key, '…'])), sameName)
}

function lastOf(events: readonly Buffer[], count: number): readonly Buffer[] {
  return count === 0 ? [] : events.slice(-count)
}
