import type { Output } from '../../output.ts'

/** A source, and where it looked. */
interface Looked {
  readonly source: string
  readonly globs: readonly string[]
}

/** What is said of a source that found nothing. */
export function noFiles({ globs }: Pick<Looked, 'globs'>): string {
  return `no file matches ${globs.join(', ')}`
}

/** One warning for each source that found nothing, though it may feed several tables. */
export function warnOfNoFiles(output: Output, empty: readonly Looked[]): void {
  const said = new Set(empty.map((each) => `${each.source}: ${noFiles(each)}`))
  for (const text of said) output.warn(text)
}
