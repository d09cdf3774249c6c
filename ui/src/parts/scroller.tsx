import { type ReactNode, useEffect, useRef, useState } from 'react'
import styles from './scroller.module.css'

/** What is wider or longer than there is room scrolls by itself, not the page; by keyboard too, while there is anything to scroll. */
export function Scroller({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const frame = useRef<HTMLElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const { current } = frame
    if (!current) return
    const look = () =>
      setScrolls(current.scrollWidth > current.clientWidth || current.scrollHeight > current.clientHeight)
    const observer = new ResizeObserver(look)
    observer.observe(current)
    for (const child of current.children) observer.observe(child)
    return () => observer.disconnect()
  }, [])
  const reachable = scrolls && { tabIndex: 0, 'aria-label': `${label}, scrolled` }
  return (
    <section ref={frame} className={styles.frame} {...reachable}>
      {children}
    </section>
  )
}
