import { z } from 'zod'

const pattern = /^(?:number|integer|compact|percent|bytes|text|(?:number|percent)\(\d\)|money\([A-Z]{3}\))$/

/** How numbers are written: `money(USD)`, `number`, `number(2)`, `integer`, `compact`, `percent`, `percent(1)`, `bytes`, `text`. */
export const format = z
  .string()
  .regex(pattern)
  .describe('number, number(2), integer, compact, percent, percent(1), money(USD), bytes or text')

/** `full`: every digit that matters; `short`: for an axis or a narrow tile. */
export type Length = 'full' | 'short'

/** Writes numbers in a format. Texts of digits keep all their digits. */
export function formatter(
  text = 'number',
  length: Length = 'full',
  locale?: string,
): (value: number | string | null) => string {
  if (text === 'text') return (value) => (value === null ? '–' : String(value))
  if (text === 'bytes') return bytesFormatter(locale)
  const written = new Intl.NumberFormat(locale, { ...optionsOf(text), ...(length === 'short' && shortOf(text)) })
  // a text of digits is written with every one of them, which no double could
  return (value) => (value === null ? '–' : written.format(value as number))
}

function optionsOf(text: string): Intl.NumberFormatOptions {
  const [, name = '', inner = ''] = /^(\w+)(?:\((\w+)\))?$/.exec(text) ?? []
  switch (name) {
    case 'money':
      return { style: 'currency', currency: inner, currencyDisplay: 'narrowSymbol' }
    case 'percent':
      return { style: 'percent', minimumFractionDigits: Number(inner || 0), maximumFractionDigits: Number(inner || 0) }
    case 'integer':
      return { maximumFractionDigits: 0 }
    case 'compact':
      return { notation: 'compact', maximumFractionDigits: 1 }
    default:
      return inner === ''
        ? { maximumFractionDigits: 2 }
        : { minimumFractionDigits: Number(inner), maximumFractionDigits: Number(inner) }
  }
}

function shortOf(text: string): Intl.NumberFormatOptions {
  if (text.startsWith('percent')) return {}
  // else hundreds would have tenths
  if (text.startsWith('money')) return { notation: 'compact', maximumSignificantDigits: 3 }
  return { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 }
}

function bytesFormatter(locale: string | undefined): (value: number | string | null) => string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
  return (value) => {
    if (value === null) return '–'
    let rest = Number(value)
    let unit = 0
    while (Math.abs(rest) >= 1000 && unit < units.length - 1) {
      rest /= 1000
      unit++
    }
    const style = {
      style: 'unit',
      unit: units[unit] as string,
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    } as const
    return new Intl.NumberFormat(locale, style).format(rest)
  }
}
