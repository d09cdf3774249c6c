import { useCallback, useState } from 'react'
import { type Asked, parseHistory, withAsked } from './history.ts'

/** The questions of this project that were asked from this browser. */
export function useHistory(project: string) {
  const key = `millrace.query.${project}`
  const [history, setHistory] = useState(() => parseHistory(localStorage.getItem(key)))
  const note = useCallback(
    (asked: Asked) => {
      // other tabs ask too
      const next = withAsked(parseHistory(localStorage.getItem(key)), asked)
      keep(key, next)
      setHistory(next)
    },
    [key],
  )
  const forget = useCallback(() => {
    localStorage.removeItem(key)
    setHistory([])
  }, [key])
  return { history, note, forget }
}

function keep(key: string, history: readonly Asked[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(history))
  } catch {
    // the browser has no room left: the page works without
  }
}
