import { type ComponentProps, type ReactNode, useId } from 'react'
import styles from './field.module.css'

interface About {
  readonly label: string
  readonly hint?: ReactNode
  /** What is wrong with what was given. */
  readonly fault?: string
}

/** A line to type in, with its name over it. */
export function Field({ label, hint, fault, ...rest }: About & Omit<ComponentProps<'input'>, 'id'>) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={styles.input}
        aria-describedby={`${id}-about`}
        {...(fault !== undefined && { 'aria-invalid': true })}
        {...rest}
      />
      <p id={`${id}-about`} className={fault === undefined ? styles.hint : styles.fault} aria-live="polite">
        {fault ?? hint}
      </p>
    </div>
  )
}
