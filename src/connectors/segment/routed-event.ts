import type { Contract, ContractColumn } from '../../contract/contract.ts'
import { isPath, sameName } from '../../contract/fields.ts'
import { membersOf } from '../../contract/json-values.ts'
import { keyedId } from '../../streams/ingest.ts'
import { memberValue } from './read-request.ts'
import { objectOf, type TrackOf } from './tracked-events.ts'

/** Why events cannot be routed to a stream; undefined where they can. */
export function routeFault({ id, columns }: Contract): string | undefined {
  const column = columns.find(({ name }) => name === id)
  if (!column) return 'it has no `id`: an event that is sent again would be there twice'
  const { kind } = column.type
  const isOwn = column.nullable && kind !== 'uuid' && kind !== 'varchar'
  if (isOwn) return `its id is a ${kind} that can be missing; the id of a message is a uuid or a varchar`
  return isPath(column.from ?? '') ? `its id is at ${column.from}, where no other can be put` : undefined
}

/**
 * The event of another stream that a `track` event also is: its properties, and where they do not say it, the id, which is
 * made of the message's so that it is the same each time it is sent, the time, and who it was.
 */
export function routedEvent({ messageId, fields, properties }: TrackOf, contract: Contract): Uint8Array {
  const object = membersOf(properties, 0)
  if (!object || object.end !== properties.length) return properties
  const { members } = object
  const set = new Map<string, string>()
  const give = (column: ContractColumn, json: string | undefined): void => {
    const wanted = column.from ?? column.name
    if (json === undefined || isPath(wanted)) return
    const there = members.filter(({ key }) => sameName(key, wanted))
    if (there.every((member) => memberValue(properties, member) === undefined)) set.set(wanted, json)
  }
  for (const column of contract.columns) {
    if (column.name === contract.id) give(column, idOf(column, messageId))
    else if (column.name === contract.time) give(column, fields.timestamp)
    else if (Object.hasOwn(fields, column.name)) give(column, fields[column.name as keyof typeof fields])
  }
  const kept = members.filter(({ key }) => ![...set.keys()].some((wanted) => sameName(key, wanted)))
  return objectOf(
    set,
    kept.map(({ start, end }) => properties.subarray(start, end)),
  )
}

function idOf({ type }: ContractColumn, messageId: string): string | undefined {
  if (type.kind === 'varchar') return JSON.stringify(messageId)
  if (type.kind !== 'uuid') return undefined
  const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(messageId)
  return JSON.stringify(isUuid ? messageId : keyedId(messageId, 0))
}
