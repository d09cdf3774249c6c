import type { Snapshot } from '../lake/snapshot.ts'

/** appId under which a table says how far it has read a log: the offset of the last record, rows and rejects alike. */
export function logApp(log: string): string {
  return `${logPrefix}${log}`
}

const logPrefix = 'log/'

/** The logs that a version of a table has read. */
export function logsOf({ txns }: Snapshot): readonly string[] {
  return [...txns.keys()].flatMap((appId) => (appId.startsWith(logPrefix) ? [appId.slice(logPrefix.length)] : []))
}

/** The offset of the last record of a log that it has read; -1 for none. */
export function readOf({ txns }: Snapshot, log: string): bigint {
  return txns.get(logApp(log)) ?? -1n
}

/** Whether an appId says how far a log has been read: the commits that have it are flushes. */
export function isLogApp(appId: string): boolean {
  return appId.startsWith(logPrefix)
}
