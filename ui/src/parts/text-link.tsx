import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { classes } from './classes.ts'
import styles from './text-link.module.css'

function Anchor({ className, ...rest }: ComponentProps<'a'>) {
  return <a className={classes(styles.link, className)} {...rest} />
}

/** A link in a text or a table, to a page of this interface. */
export const TextLink = createLink(Anchor)
