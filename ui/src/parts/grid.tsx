import { useEffect, useMemo, useRef, useState } from 'react'
import type { QueryAnswer } from '../../../src/api/query.ts'
import { isNumeric, valueText } from '../data/rows.ts'
import { classes } from './classes.ts'
import { orderedRows } from './exact-order.ts'
import styles from './grid.module.css'
import { type Order, turned } from './order.ts'
import { type Part, partInSight, widthOf } from './window.ts'

type Row = readonly unknown[]

/** As it is drawn before it is measured; the style gives rows one height. */
const guessedHeight = 30

interface GridProps {
  readonly answer: Pick<QueryAnswer, 'columns' | 'rows'>
  /** What it holds, for whoever does not see it. */
  readonly label?: string
}

/** The rows of an answer. However many there are, only those in sight are drawn. */
export function Grid({ answer: { columns, rows }, label = 'Result' }: GridProps) {
  const [order, setOrder] = useState<Order>()
  const sorted = useMemo(() => orderedRows(rows, columns, order), [rows, columns, order])
  const { frame, part, rowHeight } = usePart(rows.length)
  const shape = useMemo(() => shapeOf(columns, rows), [columns, rows])
  const shown = useMemo(
    () => sorted.slice(part.from, part.to).map((row, at) => ({ row, at: part.from + at })),
    [sorted, part],
  )
  // what scrolls is to be scrolled by keyboard too
  const reached = { tabIndex: 0, 'aria-label': `${label}, scrolled` }
  const height = (count: number) => ({ height: `${count * rowHeight}px` })
  return (
    <section ref={frame} className={styles.frame} {...reached}>
      <table
        className={styles.grid}
        aria-label={label}
        aria-rowcount={rows.length + 1}
        style={{ width: `calc(${shape.reduce((sum, { width }) => sum + width, 0)} * 1ch)` }}
      >
        <colgroup>
          {shape.map(({ id, width }) => (
            <col key={id} style={{ width: `${width}ch` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {shape.map((column) => (
              <Head key={column.id} column={column} order={order} onOrder={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {part.from > 0 && <tr style={height(part.from)} />}
          {shown.map(({ row, at }) => (
            <tr key={at} aria-rowindex={at + 2} data-row>
              {shape.map(({ id, numeric }, column) => (
                <Cell key={id} of={row[column]} numeric={numeric} />
              ))}
            </tr>
          ))}
          {part.to < sorted.length && <tr style={height(sorted.length - part.to)} />}
        </tbody>
      </table>
    </section>
  )
}

interface Shape {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly numeric: boolean
  readonly width: number
}

function shapeOf(columns: QueryAnswer['columns'], rows: readonly Row[]): readonly Shape[] {
  const sample = rows.slice(0, 200)
  return columns.map(({ name, type }, at) => {
    const texts = sample.map((row) => valueText(row[at] ?? null))
    return { id: String(at), name, type, numeric: isNumeric(type), width: widthOf([name, type], texts) }
  })
}

/** Which rows are in sight, while one scrolls and as the window changes. */
function usePart(rows: number) {
  const frame = useRef<HTMLElement>(null)
  const [rowHeight, setRowHeight] = useState(guessedHeight)
  const [part, setPart] = useState<Part>({ from: 0, to: Math.min(rows, 60) })
  useEffect(() => {
    const element = frame.current as HTMLElement
    element.scrollTop = 0
    const look = () => {
      const own = element.querySelector('[data-row]')?.getBoundingClientRect().height ?? guessedHeight
      const next = partInSight(element, own, rows)
      setRowHeight(own)
      setPart((before) => (before.from === next.from && before.to === next.to ? before : next))
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [rows])
  return { frame, part, rowHeight }
}

interface HeadProps {
  readonly column: Shape
  readonly order: Order | undefined
  readonly onOrder: (order: Order) => void
}

function Head({ column, order, onOrder }: HeadProps) {
  const { id, name, type, numeric } = column
  const way = order?.by === id ? order.way : undefined
  return (
    <th
      scope="col"
      className={classes(numeric && styles.numeric)}
      aria-sort={way && (way === 'up' ? 'ascending' : 'descending')}
    >
      <button type="button" className={styles.sort} onClick={() => onOrder(turned(column, order))} title={name}>
        <span>{name}</span>
        <span className={styles.arrow} aria-hidden="true">
          {way === 'up' ? '↑' : way === 'down' ? '↓' : ''}
        </span>
      </button>
      <span className={styles.type}>{type.toLowerCase()}</span>
    </th>
  )
}

function Cell({ of, numeric }: { readonly of: unknown; readonly numeric: boolean }) {
  if (of === null || of === undefined)
    return (
      <td className={classes(numeric && styles.numeric)}>
        <span className={styles.null}>null</span>
      </td>
    )
  const text = valueText(of)
  return (
    <td className={classes(numeric && styles.numeric)} title={text.length > 30 ? text : undefined}>
      {text === '' ? <span className={styles.null}>empty text</span> : text}
    </td>
  )
}
