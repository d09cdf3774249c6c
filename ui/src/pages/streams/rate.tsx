import { classes } from '../../parts/classes.ts'
import styles from './rate.module.css'
import { linePath, rateText } from './rates.ts'

const [width, height] = [96, 20]

interface RateProps {
  readonly perSecond: number
  readonly history?: readonly number[] | undefined
  /** The number stands first: where it is read under a name, and not in a column of numbers. */
  readonly numberFirst?: boolean
}

/** Events a second, and the line of the last minute. */
export function Rate({ perSecond, history = [], numberFirst = false }: RateProps) {
  return (
    <span className={classes(styles.rate, numberFirst && styles.numberFirst)}>
      <svg
        className={styles.line}
        viewBox={`0 -1 ${width} ${height + 2}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={linePath(history, width, height)} />
      </svg>
      <span className={classes('number', perSecond === 0 && styles.still)}>
        {rateText(perSecond)}
        <span className={styles.unit}>/s</span>
      </span>
    </span>
  )
}
