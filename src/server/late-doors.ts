import type { Health } from '../api/health.ts'
import { MillraceError } from '../core/errors.ts'
import type { MillEvent } from '../core/events.ts'
import type { Doors } from './doors.ts'

/** Doors of a server that listens while its project is being opened. */
export interface LateDoors {
  readonly doors: Doors
  /** Who emits what it is doing, is named by `/readyz` as what the server waits for. */
  readonly emit: (event: MillEvent) => void
  /** SERVER_STARTING before `open`: then nobody may go through. */
  readonly assertOpen: () => void
  open(doors: Doors): void
}

export function lateDoors(known: Pick<Doors, 'project' | 'timezone' | 'tracking'>): LateDoors {
  let doing = 'the project is being opened'
  let opened = false
  const health = async (): Promise<Health> => ({ ready: false, waiting_for: [doing], refusing: [], alarms: [] })
  // the others come with `open`, and until then nobody is let through: a route that takes one when it is made is mistaken
  const there: Partial<Doors> = { ...known, health }
  const doors = new Proxy(there as Doors, {
    get(_, name) {
      if (Object.hasOwn(there, name)) return there[name as keyof Doors]
      throw new MillraceError('INTERNAL', { reason: `${String(name)} is asked for before the project is open` })
    },
  })
  return {
    doors,
    emit(event) {
      if (event.type !== 'task.progress') return
      const { task, done, total, unit } = event
      doing = `${task}: ${done}${total === undefined ? '' : ` of ${total}`} ${unit}`
    },
    assertOpen() {
      if (!opened) throw new MillraceError('SERVER_STARTING', { doing })
    },
    open(given) {
      Object.assign(there, given)
      opened = true
    },
  }
}
