import { lazy, Suspense, useMemo } from 'react'
import type { TileAnswer, TileView } from '../../../../src/api/dashboards.ts'
import { unfinishedOf } from '../../../../src/charts/unfinished.ts'
import { drawn } from '../../charts/drawn.ts'
import { type Mark, markOf, type Pressed } from '../../charts/marked.ts'
import { NumberView } from '../../charts/number-view.tsx'
import { TableView } from '../../charts/table-view.tsx'
import { useShownTheme } from '../../shell/shown-theme.ts'
import type { Opened } from './sheet.tsx'
import styles from './tile.module.css'

const EChartView = lazy(async () => ({ default: (await import('../../charts/echart.tsx')).EChartView }))

interface TileBodyProps {
  readonly tile: TileView
  readonly answer: TileAnswer
  readonly timezone: string
  readonly onOpen: (tile: TileView, part: Opened['part'], mark?: Mark) => void
}

/** The rows of a tile as its chart shows them; what is pressed opens its rows. */
export function TileBody({ tile, answer, timezone, onOpen }: TileBodyProps) {
  const theme = useShownTheme()
  const { columns, rows, previous, unfinished } = answer
  const data = useMemo(
    () => ({ columns, rows, ...(previous && { previous }), unfinished }),
    [columns, rows, previous, unfinished],
  )
  const look = useMemo(() => ({ theme, timezone, locale: navigator.language }), [theme, timezone])
  const made = useMemo(() => drawn(tile, data, look), [tile, data, look])
  if (made.kind === 'number') {
    return (
      <button type="button" className={styles.press} title="The rows behind it" onClick={() => onOpen(tile, 'rows')}>
        <span className="visually-hidden">{tile.title}: </span>
        <NumberView shown={made.shown} />
      </button>
    )
  }
  if (rows.length === 0) return <p className={styles.none}>Nothing in this selection.</p>
  if (made.kind === 'table') return <TableView label={tile.title} shown={made.shown} />
  const press = (pressed: Pressed) => {
    const mark = markOf(tile, data, pressed, timezone)
    if (mark) onOpen(tile, 'rows', mark)
  }
  const { x } = tile.options
  const last = typeof x === 'string' ? unfinishedOf(data, x, look) : undefined
  const label = [`${tile.title}, ${tile.chart} of ${rows.length} rows`, ...(last ? [last.text] : [])].join('; ')
  return (
    <Suspense fallback={<span className={styles.waiting} role="status" aria-label="Loading" />}>
      <EChartView label={label} option={made.option} onPress={press} />
      {answer.truncated && <p className={styles.truncated}>The first {rows.length} rows only</p>}
    </Suspense>
  )
}
