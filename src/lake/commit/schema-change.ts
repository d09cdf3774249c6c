import type { Metadata } from '../actions.ts'

/** A field of Delta's schema JSON, as far as it is compared here. */
interface Field {
  readonly name: string
  readonly type: unknown
  readonly nullable: boolean
  readonly metadata?: unknown
}

/**
 * How `after` differs from `before` for files written under `before`: not at all, by nullable columns that they lack,
 * or in a way that they may not fit.
 */
export function schemaDifference(
  before: Metadata,
  after: Metadata,
): { readonly kind: 'none' | 'added' } | { readonly kind: 'other'; readonly reason: string } {
  if (before.schemaString === after.schemaString) return { kind: 'none' }
  const newer = new Map(fieldsOf(after).map((field) => [field.name.toLowerCase(), field]))
  let same = 0
  for (const field of fieldsOf(before)) {
    const now = newer.get(field.name.toLowerCase())
    if (!now || now.name !== field.name) return other(`it dropped or renamed the column ${field.name}`)
    if (text(now) !== text(field)) return other(`it changed the column ${field.name}`)
    same++
  }
  if (newer.size === same) return { kind: 'none' }
  const known = new Set(fieldsOf(before).map((field) => field.name))
  for (const field of newer.values()) {
    if (known.has(field.name)) continue
    const rules = Object.keys((field.metadata ?? {}) as object).filter((key) => key.startsWith('delta.'))
    if (!field.nullable || rules.length > 0) return other(`it added the column ${field.name}, which older files break`)
  }
  return { kind: 'added' }
}

/** True when `after` is `before` with nothing but columns added that its files may lack, partitioned alike. */
export function addsOnly(before: Metadata, after: Metadata): boolean {
  return (
    before.id === after.id &&
    before.partitionColumns.join('\0') === after.partitionColumns.join('\0') &&
    schemaDifference(before, after).kind !== 'other'
  )
}

function other(reason: string): { readonly kind: 'other'; readonly reason: string } {
  return { kind: 'other', reason }
}

function fieldsOf(metadata: Metadata): readonly Field[] {
  return (JSON.parse(metadata.schemaString) as { readonly fields: readonly Field[] }).fields
}

/** The field with its keys in one order: writers differ in that. */
function text(field: Field): string {
  return JSON.stringify(ordered({ metadata: {}, ...field }))
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, ordered(item)]))
}
