import { createContext, type ReactNode, use, useCallback, useRef, useState } from 'react'
import { classes } from './classes.ts'
import styles from './toast.module.css'

type Tone = 'plain' | 'bad'
type Show = (text: string, tone?: Tone) => void

interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: Tone
}

const ToastContext = createContext<Show>(() => undefined)

/** How long something that went well is shown, and how long what did not. */
const shownMs = { plain: 4_000, bad: 10_000 } as const

/** Tells something in passing, wherever in the page one is. */
export function useToast(): Show {
  return use(ToastContext)
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const last = useRef(0)
  const show = useCallback<Show>((text, tone = 'plain') => {
    const id = ++last.current
    setToasts((before) => [...before.slice(-2), { id, text, tone }])
    setTimeout(() => setToasts((before) => before.filter((each) => each.id !== id)), shownMs[tone])
  }, [])
  return (
    <ToastContext value={show}>
      {children}
      <div className={styles.toasts} aria-live="polite">
        {toasts.map(({ id, text, tone }) => (
          <p key={id} className={classes(styles.toast, tone === 'bad' && styles.bad)}>
            {text}
          </p>
        ))}
      </div>
    </ToastContext>
  )
}
