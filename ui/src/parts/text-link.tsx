import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { classes } from './classes.ts'
import styles from './text-link.module.css'

interface AnchorProps extends ComponentProps<'a'> {
  /** In a table full of them: as the text around it, until it is pointed at. */
  readonly quiet?: boolean
}

function Anchor({ className, quiet, ...rest }: AnchorProps) {
  return <a className={classes(styles.link, quiet && styles.quiet, className)} {...rest} />
}

/** A link in a text or a table, to a page of this interface. */
export const TextLink = createLink(Anchor)
