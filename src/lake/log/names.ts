/** What the name of a file in `_delta_log` says. Names that say nothing else (`.crc`, compacted logs, …) are passed over. */
export type LogName =
  | { readonly kind: 'commit'; readonly version: number }
  | { readonly kind: 'checkpoint'; readonly version: number; readonly part: number; readonly parts: number }
  | { readonly kind: 'v2-checkpoint'; readonly version: number }

const commit = /^(\d{20})\.json$/
const checkpoint = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/
const v2Checkpoint = /^(\d{20})\.checkpoint\.[0-9a-f-]{36}\.(?:json|parquet)$/

/** Reads a file's name, without its folder. */
export function parseLogName(name: string): LogName | undefined {
  const committed = commit.exec(name)
  if (committed) return { kind: 'commit', version: Number(committed[1]) }
  const found = checkpoint.exec(name)
  if (found)
    return { kind: 'checkpoint', version: Number(found[1]), part: Number(found[2] ?? 1), parts: Number(found[3] ?? 1) }
  const second = v2Checkpoint.exec(name)
  return second ? { kind: 'v2-checkpoint', version: Number(second[1]) } : undefined
}

export function logFolder(table: string): string {
  return `${table}/_delta_log/`
}

/** The path of a commit in the store. */
export function commitPath(table: string, version: number): string {
  return `${logFolder(table)}${digits(version)}.json`
}

/** The path of a classic checkpoint in the store. */
export function checkpointPath(table: string, version: number): string {
  return `${logFolder(table)}${digits(version)}.checkpoint.parquet`
}

export function lastCheckpointPath(table: string): string {
  return `${logFolder(table)}_last_checkpoint`
}

/** A version as the names of the log begin. */
export function digits(version: number): string {
  return String(version).padStart(20, '0')
}
