import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { UploadView } from '../api/uploads.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { MillEvent } from '../core/events.ts'
import { Turns } from '../core/turns.ts'
import { addTable, assertNewTable } from '../project/add-table.ts'
import { faultOf } from '../project/fault-of.ts'
import { type InferredFile, inferFile, tableName } from '../project/infer-project.ts'
import type { LiveProject } from '../project/live.ts'
import { fileNameOf } from './file-name.ts'
import { rejectGroups } from './views/load-rejects.ts'

export interface LoadAsked {
  readonly table: string
  readonly maxRejects?: number | undefined
  /** Who asks. */
  readonly by: string
}

/** Files that come over HTTP, in parts, and become tables. */
export interface Uploads {
  /** UPLOAD_REFUSED, UPLOAD_TOO_LARGE, UPLOAD_BUSY. */
  begin(given: { readonly name: string; readonly bytes: number }): Promise<UploadView>
  /** Takes the next part. UPLOAD_UNKNOWN, UPLOAD_MISPLACED, UPLOAD_BUSY. */
  take(id: string, from: number, part: Uint8Array, context: Context): Promise<UploadView>
  /** Begins to load. UPLOAD_UNKNOWN, UPLOAD_BUSY, NAME_TAKEN, USAGE for what is no name. */
  load(id: string, asked: LoadAsked, context: Context): Promise<UploadView>
  /** UPLOAD_UNKNOWN. */
  get(id: string): UploadView
  /** Forgets what was sent; a load under way ends, and nothing of it is kept. UPLOAD_UNKNOWN. */
  discard(id: string): Promise<void>
}

interface Upload {
  view: UploadView
  readonly path: string
  readonly file: FileHandle
  readonly turns: Turns
  readonly stop: AbortController
  inferred?: InferredFile
  loading?: Promise<void>
  touchedMs: number
}

const usualPartBytes = 8 * 1024 * 1024
/** Text of which so much is here says what its columns are. */
const enoughBytes = 2 * 1024 * 1024
const keptMs = 3_600_000
const mostUploads = 8
/** What is left free of the disk, beside as much as the file again for the table that it becomes. */
const reserveBytes = 256 * 1024 * 1024

/** Until it is disposed of; what was sent and not loaded is gone then. */
export async function openUploads(
  live: LiveProject,
  { inTurn = (work) => work() }: { readonly inTurn?: <Result>(work: () => Promise<Result>) => Promise<Result> },
  context: Pick<Context, 'now' | 'emit'>,
): Promise<Uploads & AsyncDisposable> {
  const { stateFolder, settings } = live.project
  const folder = join(stateFolder, 'uploads')
  const uploads = new Map<string, Upload>()
  const partBytes = Math.min(usualPartBytes, settings.server.bodyBytes ?? usualPartBytes)
  // of a server that was killed
  await rm(folder, { recursive: true, force: true })

  const known = (id: string): Upload => {
    const upload = uploads.get(id)
    if (!upload) throw new MillraceError('UPLOAD_UNKNOWN', { upload: id.slice(0, 100) })
    upload.touchedMs = context.now()
    return upload
  }
  const forget = async (id: string, upload: Upload): Promise<void> => {
    uploads.delete(id)
    upload.stop.abort(new MillraceError('CANCELLED', { what: 'the load' }))
    await upload.loading
    if (upload.view.phase !== 'done') await upload.file.close()
    await rm(upload.path, { force: true })
  }
  const forgetOld = async (): Promise<void> => {
    for (const [id, upload] of uploads)
      if (upload.view.phase !== 'loading' && context.now() - upload.touchedMs > keptMs) await forget(id, upload)
  }
  const look = async (upload: Upload, own: Context): Promise<void> => {
    try {
      upload.inferred = await inferFile(upload.path, own)
      upload.view = { ...upload.view, columns: columnsOf(upload.inferred), error: null }
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
      if (upload.view.phase === 'received') upload.view = { ...upload.view, phase: 'failed', error: faultOf(error) }
    }
  }

  return {
    async begin({ name, bytes }) {
      await forgetOld()
      const file = fileNameOf(name)
      if ([...uploads.values()].filter(({ view }) => view.phase !== 'done').length >= mostUploads)
        throw new MillraceError('UPLOAD_BUSY', {
          phase: `one of ${mostUploads} that are under way, which are the most`,
        })
      const id = randomUUID()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const { bavail, bsize } = await statfs(folder)
      const limit = Math.max(0, Math.floor((bavail * bsize - reserveBytes) / 2))
      if (bytes > limit) throw new MillraceError('UPLOAD_TOO_LARGE', { name: file, bytes, limit })
      const path = join(folder, `${id}-${file}`)
      const view: UploadView = {
        id,
        file,
        bytes,
        received: 0,
        part_bytes: partBytes,
        early: /\.(csv|tsv|txt|json|ndjson|jsonl)$/.test(file),
        phase: bytes === 0 ? 'failed' : 'receiving',
        table: tableName([file], new Set((await live.project.tables(forNow(context))).map((each) => each.name))),
        columns: null,
        share: null,
        error:
          bytes === 0 ? faultOf(new MillraceError('FILE_UNREADABLE', { path: file, reason: 'it is empty' })) : null,
        loaded: null,
      }
      const handle = await open(path, 'wx', 0o600)
      const upload = { view, path, file: handle, turns: new Turns(), stop: new AbortController() }
      uploads.set(id, { ...upload, touchedMs: context.now() })
      return view
    },
    async take(id, from, part, own) {
      const upload = known(id)
      return upload.turns.run(async () => {
        const { phase, received, bytes } = upload.view
        if (phase !== 'receiving') throw new MillraceError('UPLOAD_BUSY', { phase })
        if (from !== received) throw new MillraceError('UPLOAD_MISPLACED', { from, received })
        if (received + part.length > bytes)
          throw new MillraceError('REQUEST_INVALID', { reason: `the file was to have ${bytes} bytes` })
        await writeAt(upload.file, part, received)
        const now = received + part.length
        upload.view = { ...upload.view, received: now, phase: now === bytes ? 'received' : 'receiving' }
        const enough = upload.view.early && received < enoughBytes && now >= enoughBytes
        if (now === bytes || enough) await look(upload, own)
        return upload.view
      })
    },
    async load(id, { table, maxRejects, by }, own) {
      const upload = known(id)
      // of two who ask at once the second is told
      return upload.turns.run(async () => {
        const { phase } = upload.view
        const { inferred } = upload
        if ((phase !== 'received' && phase !== 'failed') || !inferred) throw new MillraceError('UPLOAD_BUSY', { phase })
        await assertNewTable(live.project, table, own)
        upload.view = { ...upload.view, phase: 'loading', table, share: 0, error: null }
        const within: Context = {
          now: context.now,
          signal: upload.stop.signal,
          emit(event) {
            const share = shareOf(event)
            if (share !== undefined && share > (upload.view.share ?? 0)) upload.view = { ...upload.view, share }
            context.emit(event)
          },
        }
        const { file: fileName } = upload.view
        const given = {
          name: table,
          path: upload.path,
          fileName,
          inferred,
          by,
          ...(maxRejects !== undefined && { maxRejects }),
        }
        upload.loading = inTurn(async () => {
          const { outcome, board, fault, files } = await addTable(live.project, given, within)
          const { stored, rejected, counts } = outcome.delivery
          const refused = rejected + counts.rejected
          const rejects = refused > 0 ? await rejectGroups(live.project, table, within) : []
          const loaded = {
            rows: stored,
            rejected: refused,
            rejects,
            model: board?.model ?? null,
            dashboard: board?.dashboard ?? null,
            fault: fault ? faultOf(fault) : null,
            files: [...files],
          }
          await upload.file.close()
          upload.view = { ...upload.view, phase: 'done', share: 1, loaded }
        }).catch((error: unknown) => {
          upload.view = { ...upload.view, phase: 'failed', share: null, error: faultOf(error) }
        })
        return upload.view
      })
    },
    get: (id) => known(id).view,
    discard: (id) => forget(id, known(id)),
    async [Symbol.asyncDispose]() {
      for (const [id, upload] of uploads) await forget(id, upload)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One write may take only a part of the bytes. */
async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let from = 0; from < bytes.length; )
    from += (await file.write(bytes, from, bytes.length - from, at + from)).bytesWritten
}

function forNow({ now, emit }: Pick<Context, 'now' | 'emit'>): Context {
  return { now, emit, signal: new AbortController().signal }
}

function columnsOf({ columns, evidence }: InferredFile): UploadView['columns'] {
  return columns.map(({ name, type }, at) => ({ name, type, example: null, why: '', ...evidence[at] }))
}

function shareOf(event: MillEvent): number | undefined {
  if (event.type !== 'task.progress' || event.task !== 'write' || !event.total) return undefined
  return Math.min(1, event.done / event.total)
}
