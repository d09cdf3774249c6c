import { lazy, Suspense, useMemo } from 'react'
import type { QueryAnswer } from '../../../../src/api/query.ts'
import { unfinishedOf } from '../../../../src/charts/unfinished.ts'
import { drawn } from '../../charts/drawn.ts'
import { NumberView } from '../../charts/number-view.tsx'
import { useShownTheme } from '../../shell/shown-theme.ts'
import type { Choice } from './chart-choice.ts'
import styles from './result.module.css'

const EChartView = lazy(async () => ({ default: (await import('../../charts/echart.tsx')).EChartView }))

interface ChartViewProps {
  readonly choice: Choice
  readonly answer: QueryAnswer
  readonly timezone: string
}

const nothing = () => undefined

/** The rows of an answer as a chart of dashboards draws them. */
export function ChartView({ choice: { show, options }, answer, timezone }: ChartViewProps) {
  const theme = useShownTheme()
  const { columns, rows, unfinished } = answer
  const { x } = options
  const look = useMemo(() => ({ theme, timezone, locale: navigator.language }), [theme, timezone])
  const data = useMemo(
    () => ({ columns, rows, unfinished: typeof x === 'string' ? (unfinished[x] ?? null) : null }),
    [columns, rows, unfinished, x],
  )
  const made = useMemo(() => drawn({ chart: show, options }, data, look), [show, options, data, look])
  const last = typeof x === 'string' ? unfinishedOf(data, x, look) : undefined
  const label = [`${show} of ${rows.length} rows`, ...(last ? [last.text] : [])].join('; ')
  return (
    <div className={styles.chart} data-show={show}>
      {made.kind === 'number' && <NumberView shown={made.shown} />}
      {made.kind === 'echart' && (
        <Suspense fallback={<span role="status" aria-label="Loading" />}>
          <EChartView label={label} option={made.option} onPress={nothing} />
        </Suspense>
      )}
    </div>
  )
}
