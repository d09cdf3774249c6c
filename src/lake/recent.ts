import type { Lake } from './lake.ts'

/** How long commits of other processes may stay unseen by whoever keeps what it has read. */
const unseenMs = 250

/** When something was read of a lake. */
export interface ReadAt {
  readonly ended: number
  readonly atMs: number
}

/** Taken before it is read. */
export function readAt({ queue }: Lake): ReadAt {
  return { ended: queue.ended(), atMs: performance.now() }
}

/** True when this process has committed nothing to the lake since, and others not for long. */
export function isRecent({ queue }: Lake, { ended, atMs }: ReadAt): boolean {
  return ended === queue.ended() && performance.now() - atMs < unseenMs
}
