import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Action, AddFile, RemoveFile } from './actions.ts'
import { checkWritable } from './features.ts'
import type { Lake } from './lake.ts'
import { actionLines, linesToParquet } from './log/checkpoint-file.ts'
import { readCheckpointFile } from './log/checkpoint-rows.ts'
import { checkpointHint } from './log/listing.ts'
import { checkpointPath, lastCheckpointPath } from './log/names.ts'
import { emptyReplay, type Replay, replay } from './log/replay.ts'
import { tombstoneRetentionMs } from './log/retention.ts'
import type { Snapshot } from './snapshot.ts'

/** Commits after which a checkpoint is worth its writing, unless the table's `delta.checkpointInterval` says otherwise. */
const defaultInterval = 100

/** True when so many commits lie after the last checkpoint that the next reader should be spared them. */
export function checkpointDue(snapshot: Snapshot): boolean {
  const wanted = Number(snapshot.metadata.configuration['delta.checkpointInterval'])
  const interval = Number.isSafeInteger(wanted) && wanted > 0 ? wanted : defaultInterval
  return snapshot.version - (snapshot.checkpointVersion ?? -1) > interval
}

/**
 * Writes the classic checkpoint of a snapshot: its files, txns and those tombstones that are still within retention. The
 * finished file is read back and compared before it gets its name, and `_last_checkpoint` points to it only then; killed
 * in between, it leaves nothing that a reader takes for a checkpoint. The snapshot, knowing its checkpoint.
 * FEATURE_UNSUPPORTED.
 */
export async function writeCheckpoint(lake: Lake, snapshot: Snapshot, context: Context): Promise<Snapshot> {
  const { table, version } = snapshot
  checkWritable(table, snapshot.protocol, snapshot.metadata)
  const state = checkpointState(snapshot, context.now())
  const actions = actionsOf(state)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-checkpoint-'))
  try {
    const lines = join(folder, 'actions.json')
    await writeFile(lines, actionLines(actions), { mode: 0o600, signal: context.signal })
    const file = await linesToParquet(lake.engine, lines, folder, context)
    await verify(lake, table, file, state, context)
    const { size: sizeInBytes } = await stat(file)
    await lake.store.putFile(checkpointPath(table, version), file, context.signal)
    await point(lake, table, { version, size: actions.length, sizeInBytes, numOfAddFiles: state.files.size }, context)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { ...snapshot, checkpointVersion: version }
}

/** What a checkpoint holds. `dataChange` has no meaning there, and is false by the protocol. */
function checkpointState(snapshot: Snapshot, now: number): Replay {
  const { protocol, metadata, txns, txnTimes } = snapshot
  const oldest = now - tombstoneRetentionMs(metadata)
  const files = new Map<string, AddFile>()
  const removed = new Map<string, RemoveFile>()
  for (const [path, file] of snapshot.files) files.set(path, { ...file, dataChange: false })
  for (const [path, file] of snapshot.removed)
    if ((file.deletionTimestamp ?? 0) > oldest) removed.set(path, { ...file, dataChange: false })
  return { protocol, metadata, files, removed, txns: new Map(txns), txnTimes: new Map(txnTimes) }
}

function actionsOf({ protocol, metadata, files, removed, txns, txnTimes }: Replay): Action[] {
  const actions: Action[] = []
  if (protocol) actions.push({ protocol })
  if (metadata) actions.push({ metaData: metadata })
  for (const [appId, version] of txns) {
    const lastUpdated = txnTimes.get(appId)
    actions.push({ txn: { appId, version, ...(lastUpdated !== undefined && { lastUpdated }) } })
  }
  for (const add of files.values()) actions.push({ add })
  for (const remove of removed.values()) actions.push({ remove })
  return actions
}

/** Reads the file back: anything but the very same state is refused. */
async function verify(lake: Lake, table: string, file: string, state: Replay, context: Context): Promise<void> {
  const found = emptyReplay()
  replay(found, await readCheckpointFile(lake, { table, file }, file, context))
  if (isDeepStrictEqual(found, state)) return
  throw new MillraceError('TABLE_CORRUPT', {
    table,
    file,
    place: '',
    reason: 'the checkpoint just written does not read back to what was written',
  })
}

/** Makes `_last_checkpoint` name this checkpoint, unless it names a later one. */
async function point(
  lake: Lake,
  table: string,
  hint: {
    readonly version: number
    readonly size: number
    readonly sizeInBytes: number
    readonly numOfAddFiles: number
  },
  context: Context,
): Promise<void> {
  const known = await checkpointHint(lake.store, table, context.signal)
  if (known > hint.version && (await lake.store.head(checkpointPath(table, known), context.signal))) return
  await lake.store.put(lastCheckpointPath(table), Buffer.from(JSON.stringify(hint)), { signal: context.signal })
}
