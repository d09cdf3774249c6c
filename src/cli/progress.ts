import type { MillEvent, Pulse } from '../core/events.ts'
import type { OutputStream } from './output.ts'
import { bar } from './progress/bar.ts'

/** Shows what an operation emits as one line that is drawn over; only on a terminal. */
export interface Progress {
  emit(event: MillEvent): void
  /** Takes the line away, so that results stand alone. */
  clear(): void
}

const redrawMs = 100

/** One line on `stream` about the task that moved last. */
export function progressOn(stream: OutputStream, now: () => number): Progress {
  if (!stream.isTTY) return { emit: () => undefined, clear: () => undefined }
  const begun = new Map<string, { readonly atMs: number; done: number }>()
  let drawnMs = 0
  let drawn = false
  const clear = () => {
    if (drawn) stream.write('\r\u001b[K')
    drawn = false
  }
  return {
    emit(event) {
      if (event.type !== 'task.progress') return
      const pulse: Pulse = event
      const at = now()
      const key = `${pulse.task}\n${pulse.unit}`
      // a task that falls back has begun again: another query of the same name
      const known = begun.get(key)
      const run = known && pulse.done >= known.done ? known : { atMs: at, done: 0 }
      begun.set(key, run)
      run.done = pulse.done
      if (at - drawnMs < redrawMs) return
      drawnMs = at
      const text = bar(pulse, at - run.atMs, (stream.columns || 80) - 1)
      stream.write(`\r${text}\u001b[K`)
      drawn = true
    },
    clear,
  }
}
