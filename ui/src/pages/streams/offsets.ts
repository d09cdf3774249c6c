/** The offset before one, in all its digits. */
export function lastBefore(offset: string): string {
  return offset === '0' ? 'none' : String(BigInt(offset) - 1n)
}
