import { listen } from './connection.ts'
import { type Heard, heardAlso, nothingHeard } from './heard.ts'

/** What tabs say to each other. */
type Said =
  /** Of the one that holds the connection: all it knows. */
  | { readonly heard: Heard }
  /** Of one that has just come. */
  | { readonly ask: true }

const name = 'millrace.changes'

export interface Changes {
  /** What is known now; the same object until something is told. */
  readonly get: () => Heard
  readonly subscribe: (listener: () => void) => () => void
  /** Takes part, until what it answers is called. */
  readonly start: () => () => void
}

/**
 * What the server tells, over one connection for all tabs of a browser. Whoever has the lock holds the connection and
 * passes on what it hears; when that tab goes, the lock comes to another, and with it the connection.
 */
export function shareChanges(): Changes {
  let heard = nothingHeard(Date.now())
  const listeners = new Set<() => void>()
  const set = (next: Heard): void => {
    heard = next
    for (const listener of listeners) listener()
  }
  return {
    get: () => heard,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    start() {
      const channel = new BroadcastChannel(name)
      const say = (said: Said) => channel.postMessage(said)
      const ending = new AbortController()
      const { signal } = ending
      let connection: ReturnType<typeof listen> | undefined
      const hold = (): void => {
        connection = listen((told) => {
          set(heardAlso(heard, told, Date.now()))
          say({ heard })
        })
      }
      channel.addEventListener('message', ({ data }: MessageEvent<Said>) => {
        if (connection && 'ask' in data) say({ heard })
        else if (!connection && 'heard' in data) set(data.heard)
      })
      set({ ...nothingHeard(Date.now()), connection: heard.connection })
      say({ ask: true })
      holdInTurn(hold, signal)
      // a machine that wakes up, or a browser that finds its network again, need not wait for its turn
      const wake = (): void => {
        if (document.visibilityState === 'visible' && !heard.open) connection?.again()
      }
      addEventListener('online', wake, { signal })
      document.addEventListener('visibilitychange', wake, { signal })
      return () => {
        ending.abort()
        connection?.close()
        channel.close()
      }
    },
  }
}

/** Does something once no other tab does, and lets another do it when the signal is aborted, or this tab goes. */
function holdInTurn(hold: () => void, signal: AbortSignal): void {
  // there are no locks where a page came by plain http from another machine: then each tab has its own connection
  if (!navigator.locks) {
    hold()
    return
  }
  const held = navigator.locks.request(name, { signal }, () => {
    hold()
    return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  })
  held.catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
