import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from '../../parts/button.tsx'
import styles from './filters.module.css'

interface PopProps {
  /** What is set by it. */
  readonly name: string
  /** What it is set to, in words. */
  readonly words: string
  /** What that means, where the words leave it open. */
  readonly title?: string | undefined
  readonly children: (close: () => void) => ReactNode
}

/** A button that opens a panel under it; Escape and a press beside it close it. */
export function Pop({ name, words, title, children }: PopProps) {
  const [open, setOpen] = useState(false)
  const around = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    const press = ({ target }: PointerEvent) => {
      if (target instanceof Node && !around.current?.contains(target)) setOpen(false)
    }
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      setOpen(false)
      around.current?.querySelector('button')?.focus()
    }
    document.addEventListener('pointerdown', press)
    document.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('pointerdown', press)
      document.removeEventListener('keydown', key)
    }
  }, [open])
  return (
    <div ref={around} className={styles.pop}>
      <Button small title={title} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={styles.word}>{name}</span> {words}
      </Button>
      {open && (
        <fieldset className={styles.panel} aria-label={name}>
          {children(() => setOpen(false))}
        </fieldset>
      )}
    </div>
  )
}
