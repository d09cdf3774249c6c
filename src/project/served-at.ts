import { z } from 'zod'
import { isError } from '../core/errors.ts'
import { localStore } from '../storage/local-store.ts'
import { type OwnFileKind, readOwnFile, writeOwnFile } from '../storage/own-file.ts'

/** Where a project’s server answers, for whoever would start another one. */
export interface ServedAt {
  readonly url: string
  readonly pid: number
}

const name = 'served-at.json'
const servedAtFile: OwnFileKind<ServedAt> = {
  format: 1,
  content: z.object({ url: z.string(), pid: z.number().int().positive() }),
}

/** Notes it in the project's state, until this process ends. */
export async function noteServedAt(stateFolder: string, url: string): Promise<AsyncDisposable> {
  const store = localStore(stateFolder)
  await writeOwnFile(store, name, servedAtFile, { url, pid: process.pid })
  return { [Symbol.asyncDispose]: () => store.delete(name) }
}

/** Undefined where no process that lives has said so. */
export async function servedAt(stateFolder: string): Promise<ServedAt | undefined> {
  try {
    const found = await readOwnFile(localStore(stateFolder), name, servedAtFile)
    return found && isAlive(found.pid) ? found : undefined
  } catch (error) {
    if (isError(error, 'FILE_DAMAGED') || isError(error, 'FORMAT_TOO_NEW')) return undefined
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // it is another user's
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
