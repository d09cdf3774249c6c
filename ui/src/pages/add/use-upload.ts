import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { forgetFile, makeTable, sendFile, type TableAsked, type UploadView } from '../../data/uploads.ts'

export interface Upload {
  /** Undefined until the server has heard of the file. */
  readonly view: UploadView | undefined
  /** Why the server took no more of it. */
  readonly error: unknown
  readonly load: (asked: TableAsked) => Promise<void>
}

/** Sends a file as soon as it is given; one that another takes the place of is forgotten. */
export function useUpload(file: File | undefined): Upload {
  const queries = useQueryClient()
  const [view, setView] = useState<UploadView>()
  const [error, setError] = useState<unknown>()
  const stop = useRef<AbortController>(undefined)
  const latest = useRef<UploadView>(undefined)
  useEffect(() => {
    setView(undefined)
    setError(undefined)
    if (!file) return
    const own = new AbortController()
    stop.current = own
    const tell = (next: UploadView) => {
      latest.current = next
      if (!own.signal.aborted) setView(next)
    }
    sendFile(file, tell, own.signal).catch((failure: unknown) => own.signal.aborted || setError(failure))
    return () => {
      own.abort()
      // what is being loaded, or has become a table, goes on without this page
      const { id, phase } = latest.current ?? {}
      if (id !== undefined && phase !== 'loading' && phase !== 'done') forgetFile(id).catch(() => undefined)
      latest.current = undefined
    }
  }, [file])
  const load = async (asked: TableAsked): Promise<void> => {
    const signal = stop.current?.signal
    if (!view || !signal) return
    setError(undefined)
    try {
      const tell = (next: UploadView) => {
        latest.current = next
        if (!signal.aborted) setView(next)
      }
      await makeTable(view.id, asked, tell, signal)
      await queries.invalidateQueries()
    } catch (failure) {
      if (!signal.aborted) setError(failure)
    }
  }
  return { view, error, load }
}
