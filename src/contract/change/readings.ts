import type { Contract, ContractColumn } from '../contract.ts'

/** A setting of a contract, or of one of its columns, that differs; null where there is none. */
export interface Reading {
  readonly column?: string
  /** As the project file names it: `format`, `timezone`, `rules.known_type`. */
  readonly setting: string
  readonly before: string | null
  readonly after: string | null
}

/** What differs of what a contract says beyond the columns of the table: how rows are read and judged. */
export function readingsThatChange(before: Contract, after: Contract): readonly Reading[] {
  const columns = after.columns.flatMap((column) => {
    const named = (wanted: string | undefined) => before.columns.find(({ name }) => name === wanted)
    const isGone = !after.columns.some(({ name }) => name === column.was)
    const old = named(column.name) ?? (isGone ? named(column.was) : undefined)
    return old ? differences(columnReadings(old), columnReadings(column), column.name) : []
  })
  return [...columns, ...differences(contractReadings(before), contractReadings(after))]
}

type Readings = ReadonlyMap<string, string | null>

function differences(before: Readings, after: Readings, column?: string): Reading[] {
  const settings = [...new Set([...before.keys(), ...after.keys()])]
  return settings.flatMap((setting) => {
    const values = { before: before.get(setting) ?? null, after: after.get(setting) ?? null }
    return values.before === values.after ? [] : [{ ...(column !== undefined && { column }), setting, ...values }]
  })
}

function columnReadings({ from, formats, nulls, pii, varies }: ContractColumn): Readings {
  return new Map([
    ['from', from ?? null],
    ['format', formats.length > 0 ? formats.join(', ') : null],
    ['nulls', nulls ? JSON.stringify(nulls) : null],
    ['pii', String(pii)],
    ['varies', varies ? 'true' : null],
  ])
}

function contractReadings({ timezone, unknown, nan, key, id, time, subject, rules }: Contract): Readings {
  return new Map([
    ['timezone', timezone],
    ['unknown', unknown],
    ['nan', nan],
    ['key', key.length > 0 ? key.join(', ') : null],
    ['id', id ?? null],
    ['time', time ?? null],
    ['subject', subject ?? null],
    ...rules.map((rule) => [`rules.${rule.name}`, rule.sql] as const),
  ])
}
