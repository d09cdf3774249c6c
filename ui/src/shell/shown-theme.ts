import { useSyncExternalStore } from 'react'
import { chosenTheme } from './theme.ts'

const dark = matchMedia('(prefers-color-scheme: dark)')

/** The theme that is in sight, for what is drawn by hand. */
export function useShownTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, shown)
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  dark.addEventListener('change', listener)
  return () => {
    observer.disconnect()
    dark.removeEventListener('change', listener)
  }
}

function shown(): 'light' | 'dark' {
  const chosen = chosenTheme()
  return chosen === 'system' ? (dark.matches ? 'dark' : 'light') : chosen
}
