import { randomBytes } from 'node:crypto'
import { eventChecker } from '../../contract/check-event.ts'
import type { Contract } from '../../contract/contract.ts'
import { keyedId, timeId } from '../../streams/ingest.ts'

/** Reads the id of an event, whatever else is wrong with it. */
export function idReader(contract: Contract): (bytes: Uint8Array) => string | undefined {
  const columns = contract.columns.filter(({ name }) => name === contract.id)
  const { id, timezone } = contract
  const check = eventChecker({
    columns,
    ...(id !== undefined && { id }),
    key: [],
    timezone,
    partitionBy: {},
    unknown: 'drop',
    nan: 'null',
    rules: [],
  })
  return (bytes) => {
    const event = check(bytes, 0, bytes.byteLength)
    return event.kind === 'accepted' ? event.id : undefined
  }
}

/** Ids for events that come without one: of a time, or of a key that the request has. All of a request are made in one turn. */
export function idMaker({ columns, id }: Contract, now: () => number) {
  const isUuid = columns.find((column) => column.name === id)?.type.kind === 'uuid'
  let [key, count] = ['', 0]
  return {
    from(given: string | undefined): void {
      key = given ?? ''
      count = 0
    },
    next(): string {
      if (key !== '') return keyedId(key, count++)
      return isUuid ? timeId(now()) : randomBytes(16).toString('hex')
    },
  }
}
