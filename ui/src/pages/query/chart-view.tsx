import { lazy, Suspense, useMemo } from 'react'
import { drawn } from '../../charts/drawn.ts'
import { NumberView } from '../../charts/number-view.tsx'
import { useShownTheme } from '../../shell/shown-theme.ts'
import type { Charted, Choice } from './chart-choice.ts'
import styles from './result.module.css'

const EChartView = lazy(async () => ({ default: (await import('../../charts/echart.tsx')).EChartView }))

interface ChartViewProps {
  readonly choice: Choice
  readonly answer: Charted
  readonly timezone: string
}

const nothing = () => undefined

/** The rows of an answer as a chart of dashboards draws them. */
export function ChartView({ choice: { show, options }, answer: { columns, rows }, timezone }: ChartViewProps) {
  const theme = useShownTheme()
  const made = useMemo(
    () => drawn({ chart: show, options }, { columns, rows }, { theme, timezone, locale: navigator.language }),
    [show, options, columns, rows, theme, timezone],
  )
  return (
    <div className={styles.chart} data-show={show}>
      {made.kind === 'number' && <NumberView shown={made.shown} />}
      {made.kind === 'echart' && (
        <Suspense fallback={<span role="status" aria-label="Loading" />}>
          <EChartView label={`${show} of ${rows.length} rows`} option={made.option} onPress={nothing} />
        </Suspense>
      )}
    </div>
  )
}
