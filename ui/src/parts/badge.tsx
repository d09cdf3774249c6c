import type { ReactNode } from 'react'
import styles from './badge.module.css'
import { classes } from './classes.ts'

interface BadgeProps {
  readonly tone?: 'plain' | 'accent' | 'good' | 'warn' | 'bad'
  readonly title?: string
  readonly children: ReactNode
}

/** A word about a thing, beside it. */
export function Badge({ tone = 'plain', title, children }: BadgeProps) {
  return (
    <span className={classes(styles.badge, styles[tone])} title={title}>
      {children}
    </span>
  )
}
