import { type ComponentProps, type ReactNode, useId } from 'react'
import { classes } from './classes.ts'
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

interface SelectProps extends Omit<ComponentProps<'select'>, 'id'> {
  readonly label: string
  readonly options: readonly { readonly value: string; readonly name: string }[]
}

/** One of a few, with its name before it. */
export function Select({ label, options, ...rest }: SelectProps) {
  const id = useId()
  return (
    <div className={styles.line}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className={styles.select} {...rest}>
        {options.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

/** What is looked for among what is below; `/` goes to it. */
export function Search({
  label,
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'type'> & { readonly label: string }) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      aria-keyshortcuts="/"
      className={classes(styles.input, styles.search, className)}
      {...rest}
    />
  )
}
