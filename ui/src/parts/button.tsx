import type { ComponentProps } from 'react'
import styles from './button.module.css'
import { classes } from './classes.ts'

interface ButtonProps extends ComponentProps<'button'> {
  /** `main`: the one thing to do here; at most one in sight. */
  readonly look?: 'main' | 'plain' | 'quiet' | 'bad'
  readonly small?: boolean
}

export function Button({ look = 'plain', small, className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={classes(styles.button, styles[look], small && styles.small, className)} {...rest} />
  )
}
