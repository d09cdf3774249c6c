/** By which column rows stand, and which way. */
export interface Order {
  readonly by: string
  readonly way: 'up' | 'down'
}

interface Sortable<Row> {
  readonly id: string
  readonly numeric?: boolean
  readonly by?: (row: Row) => string | number | null
}

const collator = new Intl.Collator('en', { numeric: true })

/** The rows in an order; what is not known stands last, whichever the way. */
export function ordered<Row>(
  rows: readonly Row[],
  columns: readonly Sortable<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const by = columns.find(({ id }) => id === order?.by)?.by
  if (!order || !by) return rows
  const sign = order.way === 'up' ? 1 : -1
  return rows.toSorted((a, b) => {
    const [left, right] = [by(a), by(b)]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right)
    return sign * collator.compare(String(left), String(right))
  })
}

/** The order after a column’s head was pressed: figures begin with the greatest. */
export function turned<Row>({ id, numeric }: Sortable<Row>, order: Order | undefined): Order {
  if (order?.by === id) return { by: id, way: order.way === 'up' ? 'down' : 'up' }
  return { by: id, way: numeric ? 'down' : 'up' }
}
