import type { Context } from '../../core/context.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import type { Lake } from '../lake.ts'
import { readCommit } from '../log/commit-time.ts'
import { commitPath } from '../log/names.ts'

/** How often a put without an answer is sent again. */
const attempts = 3

/**
 * Puts a commit at its version: `ours` once it is there to stay, `lost` when another has the version. An answer that was
 * lost is made up for by reading the commit back and looking for its own id. COMMIT_UNKNOWN when that fails too; any
 * other error means that nothing was committed.
 */
export async function putCommit(
  lake: Lake,
  commit: { readonly table: string; readonly version: number; readonly id: string; readonly bytes: Uint8Array },
  context: Context,
): Promise<'ours' | 'lost'> {
  const { table, version, id, bytes } = commit
  const path = commitPath(table, version)
  context.signal.throwIfAborted()
  let failure: unknown
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      // without the signal: from here on the commit is made, or is not
      if ((await lake.store.put(path, bytes, { ifAbsent: true })) === 'created') return 'ours'
      failure = undefined
    } catch (error) {
      failure = error
    }
    try {
      const found = await idAt(lake, table, version)
      if (found !== 'absent') {
        if (found !== id) return 'lost'
        // it is there, but what told us so may still be in a cache
        await lake.store.sync([path])
        return 'ours'
      }
    } catch (error) {
      if (isError(error, 'TABLE_CORRUPT') || isError(error, 'FEATURE_UNSUPPORTED')) throw error
      throw unknown(commit, error)
    }
    if (failure !== undefined) throw failure
  }
  throw unknown(commit, 'the store gave no answer')
}

/** The `txnId` of the commit at a version: undefined when it has none, `absent` when there is no commit. */
async function idAt(lake: Lake, table: string, version: number): Promise<unknown> {
  try {
    const actions = await readCommit(lake.store, table, version, new AbortController().signal)
    return actions.flatMap((action) => ('commitInfo' in action ? [action.commitInfo['txnId']] : []))[0]
  } catch (error) {
    if (isError(error, 'OBJECT_NOT_FOUND')) return 'absent'
    throw error
  }
}

function unknown(commit: { readonly table: string; readonly version: number; readonly id: string }, cause: unknown) {
  const { table, version, id } = commit
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new MillraceError('COMMIT_UNKNOWN', { table, version, id, reason }, cause)
}
