import { classes } from '../../parts/classes.ts'
import styles from './rate.module.css'
import { linePath, rateText } from './rates.ts'

const [width, height] = [96, 20]

/** Events a second, and the line of the last minute. */
export function Rate({ perSecond, history = [] }: { perSecond: number; history?: readonly number[] | undefined }) {
  return (
    <span className={styles.rate}>
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
