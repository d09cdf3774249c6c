import { isError } from '../../core/errors.ts'
import type { ObjectStore } from '../../storage/store.ts'
import { digits, lastCheckpointPath, logFolder, parseLogName } from './names.ts'

/** What lies in a table's log, by version. */
export interface Listing {
  /** Versions of JSON commits, rising, with the time of each file. */
  readonly commits: readonly { readonly version: number; readonly modifiedMs: number }[]
  /** Whole classic checkpoints, rising; the paths of all parts in order. */
  readonly checkpoints: readonly {
    readonly version: number
    readonly modifiedMs: number
    readonly paths: readonly string[]
  }[]
  readonly v2Checkpoints: readonly number[]
}

/** Lists the log from version `from` on. */
export async function listLog(store: ObjectStore, table: string, from: number, signal: AbortSignal): Promise<Listing> {
  const folder = logFolder(table)
  const commits: { version: number; modifiedMs: number }[] = []
  const v2Checkpoints: number[] = []
  const parts = new Map<string, { version: number; modifiedMs: number; paths: Map<number, string> }>()
  // a version's own files come after its bare digits, so nothing of `from` is skipped
  for await (const info of store.list(folder, { ...(from > 0 && { after: `${folder}${digits(from)}` }), signal })) {
    const name = parseLogName(info.path.slice(folder.length))
    if (!name || name.version < from) continue
    if (name.kind === 'commit') commits.push({ version: name.version, modifiedMs: info.modifiedMs })
    else if (name.kind === 'v2-checkpoint') v2Checkpoints.push(name.version)
    else {
      const key = `${name.version}/${name.parts}`
      const found = parts.get(key) ?? { version: name.version, modifiedMs: info.modifiedMs, paths: new Map() }
      parts.set(key, found)
      found.paths.set(name.part, info.path)
    }
  }
  const whole = [...parts].filter(([key, { paths }]) => paths.size === Number(key.split('/')[1]))
  return {
    commits: commits.sort(byVersion),
    checkpoints: whole
      .map(([, { version, modifiedMs, paths }]) => ({
        version,
        modifiedMs,
        paths: [...paths].sort(([a], [b]) => a - b).map(([, path]) => path),
      }))
      .sort(byVersion),
    v2Checkpoints,
  }
}

function byVersion(a: { readonly version: number }, b: { readonly version: number }): number {
  return a.version - b.version
}

/** The version that `_last_checkpoint` names: a hint where to begin, 0 when it is missing or says nothing. */
export async function checkpointHint(store: ObjectStore, table: string, signal: AbortSignal): Promise<number> {
  try {
    const hint: unknown = JSON.parse(
      Buffer.from(await store.read(lastCheckpointPath(table), undefined, signal)).toString(),
    )
    const version = typeof hint === 'object' && hint !== null && 'version' in hint ? hint.version : 0
    return Number.isSafeInteger(version) && (version as number) > 0 ? (version as number) : 0
  } catch (error) {
    if (error instanceof SyntaxError || isError(error, 'OBJECT_NOT_FOUND')) return 0
    throw error
  }
}
