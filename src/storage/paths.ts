import { MillraceError } from '../core/errors.ts'

/** The folder at a local store's root in which files are made before they get their name. It is never listed. */
export const stagingFolder = '.millrace-staging'

/** Refuses what is no path of an object: PATH_INVALID with the reason. */
export function checkPath(path: string): void {
  const reason = faultOf(path)
  if (reason !== undefined) throw new MillraceError('PATH_INVALID', { path: JSON.stringify(path), reason })
}

function faultOf(path: string): string | undefined {
  if (path === '') return 'it is empty'
  if (path.includes('\0')) return 'it has a NUL in it'
  if (!path.isWellFormed()) return 'it is not valid Unicode'
  if (path.startsWith('/')) return 'it is absolute'
  const parts = path.split('/')
  if (parts.includes('')) return 'a part of it is empty'
  if (parts.includes('.') || parts.includes('..')) return 'it has a part `.` or `..`'
  if (parts[0] === stagingFolder) return `${stagingFolder} is the store's own`
  return undefined
}

/** The order of the UTF-8 bytes of two texts; JavaScript's own order differs beyond U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Surrogates stand for code points beyond all single units, so they rank after U+E000 to U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
