import { createContext, type ReactNode, use, useSyncExternalStore } from 'react'
import { useNow } from '../clock.ts'
import { type Heard, type Phase, phaseOf } from './heard.ts'
import type { Changes } from './shared.ts'

const ChangesContext = createContext<Changes | undefined>(undefined)

export function ChangesProvider({ changes, children }: { readonly changes: Changes; readonly children: ReactNode }) {
  return <ChangesContext value={changes}>{children}</ChangesContext>
}

export function useChanges(): Changes {
  const changes = use(ChangesContext)
  if (!changes) throw new Error('there is no ChangesProvider around this')
  return changes
}

/** How far all is, as the server has told. */
export function useHeard(): Heard {
  const { get, subscribe } = useChanges()
  return useSyncExternalStore(subscribe, get)
}

/** Whether the page may be believed. */
export function usePhase(): { readonly phase: Phase; readonly lastMs: number | undefined } {
  const heard = useHeard()
  return { phase: phaseOf(heard, Math.max(useNow(), heard.lastMs ?? 0)), lastMs: heard.lastMs }
}
