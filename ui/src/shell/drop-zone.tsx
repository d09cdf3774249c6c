import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import styles from './drop-zone.module.css'
import { GivenContext } from './given-file.ts'

/** A file that is dropped anywhere is taken to where it becomes a table. */
export function DropZone({ children }: { readonly children: ReactNode }) {
  const [file, give] = useState<File>()
  const isOver = useDropped((dropped) => {
    give(dropped)
    void navigate({ to: '/add' })
  })
  const navigate = useNavigate()
  const given = useMemo(() => ({ file, give }), [file])
  return (
    <GivenContext value={given}>
      {children}
      {isOver && (
        <div className={styles.over} aria-hidden="true">
          <p className={styles.words}>
            Drop it
            <span className={styles.what}>a table, a model, a dashboard</span>
          </p>
        </div>
      )}
    </GivenContext>
  )
}

/** Whether a file is being dragged over the page; it is handed over when it is dropped. */
function useDropped(onDrop: (file: File) => void): boolean {
  const [isOver, setIsOver] = useState(false)
  const latest = useRef(onDrop)
  latest.current = onDrop
  useEffect(() => {
    // the pointer goes in and out of every element on its way
    let depth = 0
    const listening = new AbortController()
    const on = (name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', listen: (event: DragEvent) => void) =>
      window.addEventListener(
        name,
        (event) => {
          if (!event.dataTransfer?.types.includes('Files')) return
          event.preventDefault()
          listen(event)
        },
        { signal: listening.signal },
      )
    const at = (next: number) => {
      depth = Math.max(0, next)
      setIsOver(depth > 0)
    }
    on('dragenter', () => at(depth + 1))
    on('dragleave', () => at(depth - 1))
    on('dragover', (event) => {
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
    })
    on('drop', (event) => {
      at(0)
      const [file] = event.dataTransfer?.files ?? []
      if (file) latest.current(file)
    })
    return () => listening.abort()
  }, [])
  return isOver
}
