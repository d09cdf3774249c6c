import { count } from '../../data/format.ts'
import { classes } from '../../parts/classes.ts'
import styles from './equation.module.css'
import { type Equation, sumOf, type Term } from './equations.ts'

/** Two sides, term by term; where they differ, by how much. */
export function EquationRow({ equation: { about, left, right, closes } }: { readonly equation: Equation }) {
  const off = sumOf(right) - sumOf(left)
  return (
    <div className={styles.row}>
      <h3 className={styles.about}>{about}</h3>
      <div className={styles.sides}>
        <Side terms={left} />
        <span className={classes(styles.sign, closes ? styles.closes : styles.open)}>
          <span aria-hidden="true">{closes ? '=' : '≠'}</span>
          <span className="visually-hidden">{closes ? 'is' : 'is not'}</span>
        </span>
        <Side terms={right} />
        {!closes && <span className={styles.off}>{off > 0 ? `${count(off)} too many` : `${count(-off)} missing`}</span>}
      </div>
    </div>
  )
}

function Side({ terms }: { readonly terms: readonly Term[] }) {
  return terms.map(({ name, count: n, less }, index) => (
    // where there is no room, a term goes to the next line with its sign
    <span key={name} className={styles.signed}>
      {(index > 0 || less) && <span className={styles.sign}>{less ? '−' : '+'}</span>}
      <span className={classes(styles.term, n === 0 && styles.none)}>
        <span className={styles.count}>{count(n)}</span>
        <span className={styles.name}>{name}</span>
      </span>
    </span>
  ))
}
