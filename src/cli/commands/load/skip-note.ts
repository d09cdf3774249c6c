import type { FileOutcome } from '../../../sources/load-source.ts'

type Skip = Pick<Extract<FileOutcome, { outcome: 'skipped' }>, 'reason' | 'sameAs' | 'restore'> & {
  readonly path: string
}

/** Loaded before, and its rows are no longer there: people are told of it, and how it is loaded all the same. */
export function isRemoved(skip: object): boolean {
  return 'reason' in skip && skip.reason === 'removed'
}

/** Why a file is passed over. */
export function skipNote(table: string, { path, reason, sameAs, restore }: Skip): string {
  switch (reason) {
    case 'unchanged':
      return 'loaded before, unchanged'
    case 'known':
      return `the same content as ${sameAs}`
    case 'removed': {
      const before = sameAs === path ? 'loaded before' : `loaded before as ${sameAs}`
      const by = restore
        ? `version ${restore.version} restored version ${restore.to?.version}`
        : 'a restore came after it'
      return `${before}, but ${by}; \`millrace load ${table} ${wordOf(path)} --again\` loads it anew`
    }
    default:
      return reason satisfies never
  }
}

/** As a shell takes it. */
function wordOf(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
