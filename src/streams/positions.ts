import { z } from 'zod'
import type { Context } from '../core/context.ts'
import { collect } from '../engines/rows.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, tableExists } from '../lake/snapshot.ts'
import type { Disk } from '../storage/disk.ts'
import type { Log } from './log.ts'
import { readRecords } from './records.ts'
import { streamRejectsTable } from './rejects.ts'

const position = z.object({
  /** The source that reads the file. */
  source: z.string(),
  path: z.string(),
  /** Of its text: what was read, decompressed and as UTF-8. */
  bytes: z.int(),
  lines: z.int(),
  /** SHA-256 of those bytes. */
  digest: z.string(),
  /** The file as it lay on the disk then; empty for one that is no longer there. */
  stamp: z.string(),
  /** That was all of it. */
  whole: z.boolean(),
})

/** How far a source has read a file. It is a record of the log, in one group with the events and rejects that it tells of. */
export type Position = Readonly<z.infer<typeof position>>

export function positionRecord(given: Position): Uint8Array {
  return Buffer.from(JSON.stringify(position.parse(given)))
}

/**
 * How far a source has read its files into a stream, by path: of each file what the log says last. A flush takes positions
 * into the table of rejects before the log is freed, so they are there or in the log.
 */
export async function readPositions(
  { lake, stream, log, disk }: { lake: Lake; stream: string; log: Log; disk: Disk },
  source: string,
  context: Context,
): Promise<ReadonlyMap<string, Position>> {
  // first the log: what a flush under way takes out of it then is in the table by the time that is read
  const logged: string[] = []
  for await (const records of readRecords(disk, log.ranges(0n), 0n))
    for (const { kind, payload } of records) if (kind === 'position') logged.push(Buffer.from(payload).toString())
  const positions = new Map<string, Position>()
  const take = (text: string): void => {
    const parsed = position.parse(JSON.parse(text))
    if (parsed.source !== source) return
    if (parsed.stamp === '') positions.delete(parsed.path)
    else positions.set(parsed.path, parsed)
  }
  const name = streamRejectsTable(stream)
  if (await tableExists(lake, name, context)) {
    const rejects = relationOf(lake, await readSnapshot(lake, name, {}, context))
    // those of a log that was given up come before those of its successor
    const sql = `SELECT arg_max(raw, (rejected_at, "offset")) FROM rejects WHERE kind = 'position' GROUP BY raw ->> 'source', raw ->> 'path'`
    for (const [raw] of await collect(await lake.engine.run({ sql, from: { rejects } }, context))) take(String(raw))
  }
  for (const text of logged) take(text)
  return positions
}
