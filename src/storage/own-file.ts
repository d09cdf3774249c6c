import type { z } from 'zod'
import { isError, MillraceError } from '../core/errors.ts'
import { parseExact, stringifyExact } from '../core/json.ts'
import type { ObjectStore, PutOutcome } from './store.ts'

/**
 * A kind of JSON file of our own. On disk: one object, its first member `"format": n`, then the content's members;
 * integers keep all their digits.
 */
export interface OwnFileKind<Content extends object> {
  /** The newest format that this code writes and reads. */
  readonly format: number
  readonly content: z.ZodType<Content>
}

/** The content of a file, or undefined when it is not there. FORMAT_TOO_NEW, FILE_DAMAGED. */
export async function readOwnFile<Content extends object>(
  store: ObjectStore,
  path: string,
  kind: OwnFileKind<Content>,
  signal?: AbortSignal,
): Promise<Content | undefined> {
  try {
    return parseOwnFile(await store.read(path, undefined, signal), path, kind)
  } catch (error) {
    if (isError(error, 'OBJECT_NOT_FOUND')) return undefined
    throw error
  }
}

/** Writes a file whole and durably; see `ObjectStore.put` for the answer. */
export async function writeOwnFile<Content extends object>(
  store: ObjectStore,
  path: string,
  kind: OwnFileKind<Content>,
  content: Content,
  options: { readonly ifAbsent?: boolean; readonly signal?: AbortSignal } = {},
): Promise<PutOutcome> {
  const text = stringifyExact({ format: kind.format, ...content }, 2)
  return store.put(path, new TextEncoder().encode(`${text}\n`), options)
}

function parseOwnFile<Content extends object>(bytes: Uint8Array, file: string, kind: OwnFileKind<Content>): Content {
  const { format, ...content } = parseObject(bytes, file)
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1)
    throw new MillraceError('FILE_DAMAGED', { file, reason: 'it does not begin with a format number' })
  if (format > kind.format) throw new MillraceError('FORMAT_TOO_NEW', { file, format, supported: kind.format })
  const parsed = kind.content.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') || 'the object'
  throw new MillraceError('FILE_DAMAGED', { file, reason: `${place}: ${issue?.message}` }, parsed.error)
}

function parseObject(bytes: Uint8Array, file: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = parseExact(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    const reason = bytes.byteLength === 0 ? 'it is empty' : `it is not JSON (${(error as Error).message})`
    throw new MillraceError('FILE_DAMAGED', { file, reason }, error)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new MillraceError('FILE_DAMAGED', { file, reason: 'it is not a JSON object' })
}
