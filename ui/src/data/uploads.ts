import type { UploadView } from '../../../src/api/uploads.ts'
import { ApiError, call } from './api.ts'

export type { UploadView }

/** Between two looks at how far a load is. */
const lookMs = 300
/** So often in a row a part may be lost on its way. */
const tries = 4

function pathOf(id: string): string {
  return `/v1/uploads/${encodeURIComponent(id)}`
}

/** Sends a file in parts, and tells after each how far it is. What is lost on the way is sent again. */
export async function sendFile(file: File, tell: (view: UploadView) => void, signal: AbortSignal): Promise<void> {
  const begin = { name: file.name, bytes: file.size }
  let view = await call<UploadView>('/v1/uploads', { method: 'POST', body: begin, signal })
  tell(view)
  let lost = 0
  while (view.phase === 'receiving') {
    const { id, received, part_bytes: size } = view
    const body = file.slice(received, received + size)
    try {
      view = await call<UploadView>(`${pathOf(id)}/parts?from=${received}`, { method: 'POST', body, signal })
      lost = 0
    } catch (error) {
      if (!(error instanceof ApiError) || !error.passes || ++lost >= tries) throw error
      await waited(lookMs * 2 ** lost, signal)
      view = await call<UploadView>(pathOf(id), { signal })
    }
    tell(view)
  }
}

export interface TableAsked {
  readonly table: string
  /** Load what fits, however much does not. */
  readonly anyway: boolean
}

/** Makes a file that was sent a table, and tells how far it is until that has ended. */
export async function makeTable(
  id: string,
  { table, anyway }: TableAsked,
  tell: (view: UploadView) => void,
  signal: AbortSignal,
): Promise<void> {
  const body = { table, ...(anyway && { max_rejects: 1 }) }
  let view = await call<UploadView>(`${pathOf(id)}/table`, { method: 'POST', body, signal })
  tell(view)
  while (view.phase === 'loading') {
    await waited(lookMs, signal)
    view = await call<UploadView>(pathOf(id), { signal })
    tell(view)
  }
}

export async function forgetFile(id: string): Promise<void> {
  await call(pathOf(id), { method: 'DELETE' })
}

async function waited(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
  signal.throwIfAborted()
}
