/**
 * JSON in which no integer is rounded: integers beyond 2^53 become bigint on the way in, and bigint is written as the
 * digits it has on the way out.
 */
export function parseExact(text: string): unknown {
  // the reviver makes parsing several times slower; only 16 digits can be an unsafe integer, and in a digest they are none
  if (!/(?:^|[\s:,[-])\d{16,}(?:$|[\s,}\]])/.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && context?.source && /^-?\d+$/.test(context.source)
      ? BigInt(context.source)
      : value,
  )
}

/** The inverse of `parseExact`: bigint as a JSON number with all its digits. */
export function stringifyExact(value: unknown, space?: number): string {
  return JSON.stringify(
    value,
    (_, item: unknown) =>
      typeof item === 'bigint' ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(item)) : item,
    space,
  )
}
