import type { MillEvent, Pulse } from '../../core/events.ts'
import type { LoadPlan } from '../../sources/load.ts'

/**
 * Makes one progress of a load out of what it emits: files that are done count by their size, the one under way by the
 * engine's share. Told in rows as soon as it is known how many bytes a row takes.
 */
export function loadMeter(plan: LoadPlan, emit: (event: MillEvent) => void): (event: MillEvent) => void {
  const sizes = new Map(plan.batches.flat().map(({ file }) => [file.path, file.sizeBytes]))
  const batches = plan.batches.map((batch) => ({
    paths: new Set(batch.map(({ file }) => file.path)),
    sizeBytes: batch.reduce((sum, { file }) => sum + file.sizeBytes, 0),
  }))
  let [batch, bytes, rows, share] = [0, 0, 0, 0]
  const tell = () => {
    const done = bytes + share * (batches[batch]?.sizeBytes ?? 0)
    const task = plan.source.table
    const total = plan.sizeBytes
    const bytesPerRow = rows > 0 ? bytes / rows : undefined
    const pulse: Pulse = { kind: 'pulse', type: 'task.progress', task, done, total, unit: 'bytes' }
    if (bytesPerRow === undefined) emit(pulse)
    else emit({ ...pulse, done: Math.round(done / bytesPerRow), total: Math.round(total / bytesPerRow), unit: 'rows' })
  }
  return (event) => {
    switch (event.type) {
      case 'file.loaded':
        bytes += sizes.get(event.path) ?? 0
        rows += event.stored + event.duplicate + event.rejected
        batches[batch]?.paths.delete(event.path)
        if (batches[batch]?.paths.size === 0) batch++
        share = 0
        tell()
        break
      case 'task.progress':
        if (event.task === 'write' && event.total) share = Math.max(share, Math.min(1, event.done / event.total))
        tell()
        break
      default:
        emit(event)
    }
  }
}
