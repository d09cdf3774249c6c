import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { MillraceError } from '../core/errors.ts'

const unzip = promisify(gunzip)

/**
 * What a body holds, at most `limit` bytes of it. REQUEST_TOO_LARGE, BODY_ENCODING_UNKNOWN, REQUEST_INVALID for gzip that is
 * none.
 */
export async function plainBody(body: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === 'identity' || name === '') return body
  if (name !== 'gzip' && name !== 'x-gzip')
    throw new MillraceError('BODY_ENCODING_UNKNOWN', { encoding: name.slice(0, 40) })
  try {
    return await unzip(body, { maxOutputLength: limit })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new MillraceError('REQUEST_TOO_LARGE', { limit }, error)
    throw new MillraceError('REQUEST_INVALID', { reason: `the body is not gzip: ${message}` }, error)
  }
}
