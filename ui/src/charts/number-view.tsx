import { type CSSProperties, useEffect, useRef } from 'react'
import type { NumberShown } from '../../../src/charts/number/chart.ts'
import styles from './number-view.module.css'

/** What was before is written in full where its tile is wide, or it has no more letters: a number that is cut is another. */
const mostLetters = 8

/** One number as large as its tile lets it be; it lights up for a moment when it changes. */
export function NumberView({ shown }: { readonly shown: NumberShown }) {
  const { text, isEmpty, trend } = shown
  const figure = useRef<HTMLSpanElement>(null)
  const before = useRef(text)
  useEffect(() => {
    if (before.current === text) return
    before.current = text
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    figure.current?.animate([{ color: 'var(--accent)' }, { color: 'var(--ink)' }], {
      duration: 400,
      easing: 'ease-out',
    })
  }, [text])
  return (
    <span className={styles.number}>
      <span
        ref={figure}
        className={styles.figure}
        style={{ '--letters': Math.max(4, text.length) } as CSSProperties}
        data-empty={isEmpty || undefined}
      >
        {text}
      </span>
      <span className={styles.trend}>
        {trend &&
          (trend.text === '' ? (
            <span className={styles.before}>nothing to compare</span>
          ) : (
            <>
              <span className={styles.share} data-mood={trend.mood}>
                <span aria-hidden="true">{{ up: '↑', down: '↓', same: '=' }[trend.way]}</span> {trend.text}
              </span>{' '}
              <span className={styles.before}>
                from{' '}
                {trend.before.length > mostLetters ? (
                  <>
                    <span className={styles.full}>{trend.before}</span>
                    <span className={styles.short}>{trend.beforeShort}</span>
                  </>
                ) : (
                  trend.before
                )}
              </span>
            </>
          ))}
      </span>
    </span>
  )
}
