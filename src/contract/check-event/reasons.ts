import { type ColumnType, typeText } from '../../core/columns.ts'
import type { ContractColumn } from '../contract.ts'
import { anyTime, isoDate, isoDay, isoTime } from '../forms/times.ts'
import { isNested } from '../forms.ts'
import { shortened } from './scan-string.ts'

const padded = (pattern: string) => new RegExp(`^[ \\t]*(?:${pattern})[ \\t]*$`)
const whole = padded('[+-]?[0-9]+(?:\\.0*)?')
const fraction = padded('[+-]?[0-9]*\\.[0-9]+')
const number = padded('[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)')
const floating = padded('[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?')
const notFinite = padded('[+-]?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)')
const day = padded(isoDate)
const time = padded(isoTime)
const fine = padded(`${isoDay}.*:[0-9]{2}\\.[0-9]{7,}.*`)
const some = padded(anyTime)

/** What is wrong with a text, in the words of bulk loading; undefined where no more can be said. */
function reasonOf(type: ColumnType, text: string, timezone: string): string | undefined {
  const bits = type.kind === 'smallint' ? 16 : type.kind === 'integer' ? 32 : 64
  switch (type.kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      if (whole.test(text)) return `is out of the range of ${bits} bits`
      return fraction.test(text) ? 'has a fraction' : undefined
    case 'decimal': {
      if (!number.test(text)) return undefined
      const beyond = /\.[0-9]*/.exec(text)?.[0].slice(1 + type.scale) ?? ''
      return /[1-9]/.test(beyond)
        ? `has more than ${type.scale} digits after the point`
        : `has more than ${type.precision} digits`
    }
    case 'float':
    case 'double':
      if (notFinite.test(text)) return 'is not a finite number'
      return floating.test(text) ? 'is beyond its range' : undefined
    case 'date':
      if (day.test(text)) return 'is a date that does not exist'
      return time.test(text) ? 'has a time of day' : undefined
    case 'timestamptz':
      if (fine.test(text)) return 'has digits beyond the microsecond'
      if (time.test(text) && isDay(text.trim().slice(0, 10)))
        return `does not exist in ${timezone}, whose clocks skip it`
      return some.test(text) ? 'is a date or time that does not exist' : undefined
    case 'varchar':
      return 'is an object or a list'
    case 'list':
    case 'struct':
    case 'map':
      return 'has a value of another type'
    default:
      return undefined
  }
}

/** True of a day that exists: Date.parse takes the 30th of February for one of March. */
function isDay(text: string): boolean {
  const at = Date.parse(text)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

/** The message of a text that a column refuses: quoted, its end left out where it is long, hidden where it is personal. */
export function refusal(column: ContractColumn, text: string, timezone: string): string {
  // no more is said of a long text: expressions like these can take the square of its length
  const isLong = text.length > 200 && !isNested(column.type) && column.type.kind !== 'varchar'
  const reason = isLong ? undefined : reasonOf(column.type, text, timezone)
  const type = typeText(column.type)
  const shown = column.pii ? '(hidden)' : `'${shortened(text)}'`
  return `${shown} ${reason === undefined ? `is not a ${type}` : `${reason} (${type})`}`
}
