import { createHash } from 'node:crypto'
import type { Contract, ContractColumn } from '../../contract/contract.ts'
import { isPath, sameName } from '../../contract/fields.ts'
import { membersOf, withMembers } from '../../contract/json-members.ts'
import { MillraceError } from '../../core/errors.ts'
import { keyedId, timeId } from '../../streams/ingest.ts'

/** Makes the event that is sent of a recorded one. */
export type EventMaker = (recorded: Buffer, nowMs: number) => Buffer

/**
 * Events as they were recorded; those without an id get one that follows from all rows up to theirs, so that a replay
 * that was cut short can be run again. With `fresh` each has a new id and the time at which it is sent. USAGE where a
 * column that has to be written is not at the top of the event, or is of a type that nothing new can be made for.
 */
export function eventMaker(contract: Contract, fresh: boolean): EventMaker {
  const id = contract.columns.find(({ name }) => name === contract.id)
  const time = contract.columns.find(({ name }) => name === contract.time)
  const canMake = id?.type.kind === 'uuid' || id?.type.kind === 'varchar'
  if (fresh) {
    if (id && !canMake) throw refused(id, `new ids cannot be made of type ${id.type.kind}`)
    const [idKey, timeKey] = [keyOf(id), keyOf(time)]
    for (const [column, key] of [[id, idKey] as const, [time, timeKey] as const])
      if (column && key === undefined) throw refused(column, `it is not at the top of the event: \`${column.from}\``)
    return (recorded, nowMs) => {
      const values = new Map<string, string>()
      if (idKey !== undefined) values.set(idKey, timeId(nowMs))
      if (timeKey !== undefined) values.set(timeKey, timeText(nowMs, time?.type.kind === 'date', contract.timezone))
      return withMembers(recorded, values, sameName)
    }
  }
  const key = keyOf(id)
  if (key === undefined || !canMake) return (recorded) => recorded
  let before = ''
  return (recorded) => {
    before = createHash('sha256').update(before).update(recorded).digest('hex')
    const own = membersOf(recorded)?.find((member) => sameName(member.key, key))
    const nothing = !own || /^(?:null|NaN|"")$/.test(recorded.toString('latin1', own.start, own.end))
    return nothing ? withMembers(recorded, new Map([[key, keyedId(before, 0)]]), sameName) : recorded
  }
}

/** The key that a column's value has at the top of an event. */
function keyOf(column: ContractColumn | undefined): string | undefined {
  if (!column) return undefined
  const from = column.from ?? column.name
  return isPath(from) ? /^\$\.([\p{L}\p{N}_-]+)$/u.exec(from)?.[1] : from
}

function timeText(nowMs: number, isDate: boolean, timezone: string): string {
  if (!isDate) return new Date(nowMs).toISOString()
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' }).format(nowMs)
}

function refused({ name }: ContractColumn, reason: string): MillraceError {
  return new MillraceError('USAGE', {
    reason: `--now cannot write \`${name}\`: ${reason}`,
    hint: 'replay without --now',
  })
}
