import type { ContractColumn } from './contract.ts'
import { isPath, sameName } from './fields.ts'
import { membersOf, skipSpace } from './json-values.ts'

/** The fields of an event that columns are of, as text; those that are a path into it are left out. */
export function fieldTexts(
  bytes: Uint8Array,
  columns: readonly ContractColumn[],
): readonly (string | null)[] | undefined {
  const found = membersOf(bytes, skipSpace(bytes, 0))
  if (!found) return undefined
  const decoder = new TextDecoder()
  return columns.map((column) => {
    const member = found.members.find(({ key }) => sameName(key, keyOf(column)))
    if (!member) return null
    const text = decoder.decode(bytes.subarray(member.valueStart, member.end))
    if (text === 'null') return null
    return text.startsWith('"') ? (JSON.parse(text) as string) : text
  })
}

/** The event with other values of some columns, as JSON; a column whose value is null is taken out. */
export function withFields(
  bytes: Uint8Array,
  values: readonly (readonly [ContractColumn, string | null])[],
): Uint8Array {
  const members = membersOf(bytes, skipSpace(bytes, 0))?.members ?? []
  const kept = members.filter(({ key }) => !values.some(([column]) => sameName(key, keyOf(column))))
  const parts: Uint8Array[] = kept.map(({ start, end }) => bytes.subarray(start, end))
  for (const [column, json] of values)
    if (json !== null) parts.push(new TextEncoder().encode(`${JSON.stringify(keyOf(column))}:${json}`))
  const comma = new TextEncoder().encode(',')
  return Buffer.concat([
    Buffer.from('{'),
    ...parts.flatMap((part, at) => (at === 0 ? [part] : [comma, part])),
    Buffer.from('}'),
  ])
}

/** Whether a column is a field of the event itself, and none inside another. */
export function isField(column: ContractColumn): boolean {
  return !isPath(keyOf(column))
}

function keyOf({ from, name }: ContractColumn): string {
  return from ?? name
}
