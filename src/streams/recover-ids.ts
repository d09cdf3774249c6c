import { idsOfEvents } from './event-ids.ts'
import type { LiveStreamOptions } from './live-options.ts'
import { readRecords } from './records.ts'
import { addRejectedIds } from './rejects.ts'

/** Takes in the ids of a log's records that its table has not read, from an offset on, and those of all rejects. */
export async function recoverIds(
  { ids, disk, stream, log, context, lake }: LiveStreamOptions,
  from: bigint,
): Promise<void> {
  if (!ids) return
  await addRejectedIds(lake, stream, ids.rejected, context)
  const total = Number(log.next - from)
  let done = 0
  for await (const records of readRecords(disk, log.ranges(from), from)) {
    const events = idsOfEvents(
      ids,
      records.filter(({ kind }) => kind === 'event'),
    )
    ids.index.recover(events.ids, events.offsetOf)
    for (const { kind, payload } of records) {
      const { id } = kind === 'reject' ? (JSON.parse(Buffer.from(payload).toString()) as { id?: string }) : {}
      if (id !== undefined) ids.rejected.add(id)
    }
    done += records.length
    const task = `the log of \`${stream}\``
    context.emit({ kind: 'pulse', type: 'task.progress', task, done, total, unit: 'events' })
  }
}
