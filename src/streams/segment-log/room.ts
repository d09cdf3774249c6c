import { MillraceError } from '../../core/errors.ts'
import type { Disk } from '../../storage/disk.ts'

/** How often the disk is asked what it has left. */
const everyMs = 1_000

interface RoomOptions {
  readonly disk: Disk
  readonly folder: string
  readonly now: () => number
  /** Free space that must be left, in multiples of what the log holds: whatever empties it needs room. */
  readonly room?: number
}

/** What the disk of a log has left, as it was a moment ago. */
export class Room {
  readonly #options: RoomOptions
  #free: { readonly bytes: number; readonly atMs: number } | undefined

  constructor(options: RoomOptions) {
    this.#options = options
  }

  /** LOG_NO_ROOM. `kept`: the bytes of the log; `waiting`: those of them that the table has not read. */
  async check(kept: number, waiting: () => number): Promise<void> {
    const { disk, folder, now, room = 2 } = this.#options
    // also after a clock was set back
    if (!this.#free || Math.abs(now() - this.#free.atMs) >= everyMs)
      this.#free = { bytes: await disk.freeBytes(folder), atMs: now() }
    // what is kept of it is never less than what waits, and known at once
    if (this.#free.bytes >= room * kept) return
    const needed = room * waiting()
    if (this.#free.bytes < needed) throw new MillraceError('LOG_NO_ROOM', { free: this.#free.bytes, folder, needed })
  }
}
