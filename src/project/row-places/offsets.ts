import { isPath } from '../../contract/fields.ts'
import { isError } from '../../core/errors.ts'
import { nodeDisk } from '../../storage/disk.ts'
import { readRecords } from '../../streams/records.ts'
import type { LiveProject } from '../live.ts'
import type { Target } from '../parse.ts'

/** The offsets at which a log holds events, by their ids. */
export async function offsetsOf(
  { streams }: LiveProject,
  { name: stream, contract }: Target,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const key = contract.columns.find((column) => column.name === contract.id)
  const log = streams.get(stream)?.log
  if (!log || !key || isPath(key.from ?? key.name) || ids.size === 0) return found
  try {
    for await (const records of readRecords(nodeDisk(), log.ranges(0n), 0n))
      for (const { kind, offset, payload } of records) {
        if (kind !== 'event') continue
        const event = JSON.parse(Buffer.from(payload).toString()) as Readonly<Record<string, unknown>>
        const id = String(event[key.from ?? key.name])
        if (ids.has(id)) found.set(id, String(offset))
        else if (ids.has(id.toLowerCase())) found.set(id.toLowerCase(), String(offset))
      }
  } catch (error) {
    // a flush has freed a part meanwhile
    if (!isError(error, 'OBJECT_NOT_FOUND')) throw error
  }
  return found
}
