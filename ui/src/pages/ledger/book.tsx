import type { ReactNode } from 'react'
import { Badge } from '../../parts/badge.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import styles from './book.module.css'
import { EquationRow } from './equation.tsx'
import type { Equation } from './equations.ts'

interface BookProps {
  readonly name: string
  readonly kind: 'stream' | 'files'
  readonly closes: boolean
  readonly equations: readonly Equation[]
  readonly children?: ReactNode
}

/** The equations of one stream, or of the files of one table. */
export function Book({ name, kind, closes, equations, children }: BookProps) {
  return (
    <section className={styles.book} aria-label={`${kind} of ${name}`}>
      <header className={styles.head}>
        <h2 className={styles.name}>
          <TextLink to="/tables/$name" params={{ name }} quiet>
            {name}
          </TextLink>{' '}
          <span className={styles.kind}>{kind}</span>
        </h2>
        <Badge tone={closes ? 'good' : 'bad'}>{closes ? 'closes' : 'open'}</Badge>
      </header>
      <div className={styles.equations}>
        {equations.map((each) => (
          <EquationRow key={each.about} equation={each} />
        ))}
      </div>
      {children}
    </section>
  )
}
