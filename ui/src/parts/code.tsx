import styles from './code.module.css'
import { Copy } from './copy.tsx'

/** Text of a program, to be read and taken along. */
export function Code({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <figure className={styles.code}>
      <figcaption className={styles.head}>
        <span>{label}</span>
        <Copy text={text} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keyboard too */}
      <pre className={styles.text} tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  )
}
