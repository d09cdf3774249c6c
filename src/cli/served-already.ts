import { isError, MillraceError } from '../core/errors.ts'
import { type ServedAt, servedAt } from '../project/served-at.ts'

/**
 * What hinders a second server of a project, told with the address at which the first one answers. Any other error stays
 * as it is.
 */
export async function servedAlready(error: unknown, stateFolder?: string): Promise<unknown> {
  if (isError(error, 'PROJECT_LOCKED')) {
    const first = await servedAt(String(error.fields['dir']))
    return first && first.pid === error.fields['pid'] ? told(first, error) : error
  }
  if (!isError(error, 'ADDRESS_TAKEN') || stateFolder === undefined) return error
  const first = await servedAt(stateFolder)
  return first && Number(new URL(first.url).port) === error.fields['port'] ? told(first, error) : error
}

function told({ url, pid }: ServedAt, cause: unknown): MillraceError {
  return new MillraceError('SERVED_ALREADY', { url, pid }, cause)
}
