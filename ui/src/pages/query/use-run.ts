import { useCallback, useEffect, useRef, useState } from 'react'
import type { QueryAnswer } from '../../../../src/api/query.ts'
import { rowsOf } from '../../data/rows.ts'
import type { Asked } from './history.ts'

/** Rows that are brought at most: more are for a file, by `millrace query -o`. */
const mostRows = 10_000

/** Whoever asks here waits longer than a tile, and can cancel. */
const timeoutMs = 300_000

/** What became of the question; the answer before it stays in sight until the next is there. */
export interface Run {
  readonly state: 'none' | 'running' | 'answered' | 'refused' | 'cancelled'
  readonly sql: string
  readonly beganMs: number
  readonly answer?: QueryAnswer
  /** The question that it answers. */
  readonly answered?: string
  readonly error?: unknown
}

/** Asks one question at a time: the next one, a cancel, and leaving the page end the one before, on the server too. */
export function useRun(note: (asked: Asked) => void) {
  const [run, setRun] = useState<Run>({ state: 'none', sql: '', beganMs: 0 })
  const current = useRef<AbortController>(undefined)
  useEffect(() => () => current.current?.abort(), [])
  const start = useCallback(
    async (sql: string) => {
      current.current?.abort()
      const own = new AbortController()
      current.current = own
      const begun = { sql, beganMs: Date.now() }
      const end = (asked: Partial<Asked> & Pick<Asked, 'end'>) => note({ sql, atMs: begun.beganMs, ...asked })
      setRun(({ answer, answered = '' }) => ({ ...begun, state: 'running', ...(answer && { answer, answered }) }))
      try {
        const answer = await rowsOf({ sql, limit: mostRows, timeoutMs, signal: own.signal })
        if (current.current !== own) return
        setRun({ ...begun, state: 'answered', answer, answered: sql })
        end({ end: 'answered', rows: answer.rows.length, elapsedMs: answer.elapsed_ms })
      } catch (error) {
        if (current.current !== own) return
        const state = own.signal.aborted ? 'cancelled' : 'refused'
        setRun({ ...begun, state, error })
        end({ end: state })
      }
    },
    [note],
  )
  const cancel = useCallback(() => current.current?.abort(), [])
  return { run, start, cancel }
}
