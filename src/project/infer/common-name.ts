import { basename, dirname, sep } from 'node:path'

/** What the names of files have in common, whole words of it: `orders_` and `-events`; numbers are no words. */
export function commonName(stems: readonly string[]): { readonly prefix: string; readonly tail: string } {
  const [first = ''] = stems
  const lengths = Array.from(first, (_, index) => first.length - index)
  const isPrefix = (text: string) =>
    /^\p{L}[\p{L}\-_. ]*$/u.test(text) &&
    stems.every((stem) => stem.startsWith(text) && !/^\p{L}{2}/u.test(stem.slice(text.length - 1)))
  const prefix = lengths.map((length) => first.slice(0, length)).find(isPrefix) ?? ''
  const isTail = (text: string) =>
    /^[-_. ][\p{L}\-_. ]*\p{L}$/u.test(text) &&
    stems.every((stem) => stem.endsWith(text) && stem.length >= prefix.length + text.length)
  return { prefix, tail: lengths.map((length) => first.slice(-length)).find(isTail) ?? '' }
}

/** The deepest folder that holds all of these files. */
export function commonFolder(paths: readonly string[]): string {
  return paths
    .map((path) => dirname(path))
    .reduce((folder, other) => {
      let common = folder
      while (!`${other}${sep}`.startsWith(common === sep ? sep : `${common}${sep}`)) common = dirname(common)
      return common
    })
}

/** The folder, or the nearest above it, that has a name: not a number, a letter, or `day=2026-01-05`. */
export function namedFolder(folder: string): string {
  let named = folder
  while (named !== dirname(named) && !/^[^=]*\p{L}{2}[^=]*$/u.test(basename(named))) named = dirname(named)
  return named === dirname(named) ? folder : named
}

/** Names that say nothing of what is in a file or a folder. */
const sayNothing =
  /^(part|data|file|files|export|exports|chunk|batch|dump|input|in|raw|source|sources|downloads?|tmp|temp)$/i

/** What files of one kind are called together: what their names share, else their folder; a file alone as it is. */
export function groupName(paths: readonly string[]): string {
  const stems = paths.map((path) => basename(path).split('.')[0] ?? '')
  const [only = ''] = stems
  if (stems.length === 1) return only
  const { prefix, tail } = commonName(stems)
  const own = commonFolder(paths)
  const folder = basename(namedFolder(own))
  // folders of days and the like are made for one kind of files; a plain one may hold several
  const plain = namedFolder(own) === own && paths.every((path) => dirname(path) === own)
  const words = [prefix, ...(plain ? [tail, folder] : [folder, tail])].map((text) =>
    text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''),
  )
  return words.find((word) => word !== '' && !sayNothing.test(word)) ?? (folder || 'files')
}
