import type { Column } from '../../core/columns.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Where } from '../../lake/delete.ts'
import { name, type SqlText } from '../../sql/text.ts'
import { bucketSql, inLabels, type Label, rangeOf } from '../intervals.ts'
import type { BoundModel } from '../model.ts'

/** The rows of an incremental model's table that lie in these intervals, with what is known of their times. */
export function intervalsWhere(model: BoundModel, labels: readonly Label[], zone: string): Where {
  const { name: column, type } = timeColumn(model)
  const sql = inLabels(bucketOf(model, zone), labels).text
  const ranges = labels.flatMap((label) => (label === null ? [] : [rangeOf(label, grainOf(model), zone, { type })]))
  const known = ranges.filter((range) => range !== undefined)
  if (known.length < ranges.length) return { sql }
  return { sql, conditions: [{ column: [column], op: 'within', ranges: known, orNull: labels.includes(null) }] }
}

/** The start of the interval that a row of the model lies in. */
export function bucketOf(model: BoundModel, zone: string): SqlText {
  const { name: column, type } = timeColumn(model)
  return bucketSql(name(column), type, grainOf(model), zone)
}

function grainOf({ grain }: BoundModel) {
  return grain ?? 'day'
}

function timeColumn({ name: model, time, output }: BoundModel): Column {
  const found = output.find((column) => column.name.toLowerCase() === time?.toLowerCase())
  if (!found) throw new MillraceError('INTERNAL', { reason: `the model ${model} has no time` })
  return found
}
