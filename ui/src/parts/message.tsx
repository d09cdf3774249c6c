import { useLayoutEffect, useRef } from 'react'
import { type Told, toldIn } from './excerpt.ts'
import styles from './message.module.css'

/** What the server says is wrong; the line that it says it of stands letter by letter over its caret. */
export function Message({ text, className }: { readonly text: string; readonly className?: string | undefined }) {
  const { said, excerpt } = toldIn(text)
  return (
    <div className={className}>
      <p className={styles.said}>{said}</p>
      {excerpt && <Excerpt of={excerpt} />}
    </div>
  )
}

/** A line, and a caret under a place of it, which is in sight however long the line is. */
export function Excerpt({ of: { line, before } }: { readonly of: NonNullable<Told['excerpt']> }) {
  const caret = useRef<HTMLSpanElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another line the caret is elsewhere
  useLayoutEffect(() => {
    const frame = caret.current?.parentElement
    if (caret.current && frame) frame.scrollLeft = caret.current.offsetLeft - frame.clientWidth / 2
  }, [line, before])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keyboard too
    <pre className={styles.excerpt} tabIndex={0}>
      {`${line}\n${before}`}
      <span ref={caret} className={styles.caret}>
        ^
      </span>
    </pre>
  )
}
