import styles from './mark.module.css'

/** The name, and the two races of water. */
export function Mark() {
  return (
    <span className={styles.mark}>
      <svg viewBox="0 0 24 16" aria-hidden="true">
        <path d="M1 4c3.7 0 3.7 3 7.3 3S12 4 15.7 4 19.3 7 23 7M1 10.5c3.7 0 3.7 3 7.3 3s3.7-3 7.4-3 3.6 3 7.3 3" />
      </svg>
      Millrace
    </span>
  )
}
