import { type ColumnType, typeText } from '../../core/columns.ts'
import type { ContractColumn } from '../contract.ts'
import { anyTime, isoDate, isoDay, isoTime } from '../forms/times.ts'

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

/** What is wrong with a text, in the words of bulk loading. */
export function reasonOf(type: ColumnType, text: string, timezone: string): string {
  const bits = type.kind === 'smallint' ? 16 : type.kind === 'integer' ? 32 : 64
  switch (type.kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      if (whole.test(text)) return `is out of the range of ${bits} bits`
      return fraction.test(text) ? 'has a fraction' : `is not a ${typeText(type)}`
    case 'decimal': {
      if (!number.test(text)) return `is not a ${typeText(type)}`
      const beyond = /\.[0-9]*/.exec(text)?.[0].slice(1 + type.scale) ?? ''
      return /[1-9]/.test(beyond)
        ? `has more than ${type.scale} digits after the point`
        : `has more than ${type.precision} digits`
    }
    case 'float':
    case 'double':
      if (notFinite.test(text)) return 'is not a finite number'
      return floating.test(text) ? 'is beyond its range' : `is not a ${typeText(type)}`
    case 'date':
      if (day.test(text)) return 'is a date that does not exist'
      return time.test(text) ? 'has a time of day' : `is not a ${typeText(type)}`
    case 'timestamptz':
      if (fine.test(text)) return 'has digits beyond the microsecond'
      if (time.test(text) && !Number.isNaN(Date.parse(text.trim().slice(0, 10))))
        return `does not exist in ${timezone}, whose clocks skip it`
      return some.test(text) ? 'is a date or time that does not exist' : `is not a ${typeText(type)}`
    case 'varchar':
      return 'is an object or a list'
    case 'list':
    case 'struct':
    case 'map':
      return 'has a value of another type'
    default:
      return `is not a ${typeText(type)}`
  }
}

/** The message of a text that a column refuses: quoted, its end left out where it is long, hidden where it is personal. */
export function refusal(column: ContractColumn, text: string, timezone: string): string {
  const reason = reasonOf(column.type, text, timezone)
  const closing = reason.startsWith('is not a ') ? '' : ` (${typeText(column.type)})`
  if (column.pii) return `(hidden) ${reason}${closing}`
  const characters = text.length > 100 ? [...text] : []
  const shown = characters.length > 100 ? `${characters.slice(0, 80).join('')}…` : text
  return `'${shown}' ${reason}${closing}`
}
