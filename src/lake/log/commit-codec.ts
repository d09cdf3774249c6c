import { MillraceError } from '../../core/errors.ts'
import { parseExact, stringifyExact } from '../../core/json.ts'
import type { Action, AddFile, Metadata, Protocol, RemoveFile, Txn } from '../actions.ts'
import {
  bigOf,
  countOf,
  FieldError,
  type Fields,
  fieldOf,
  flagOf,
  isFields,
  listOf,
  objectOf,
  optionalCount,
  optionalText,
  textOf,
  textsOf,
} from './fields.ts'
import { decodePath, encodePath } from './paths.ts'

/** Where bytes come from, for the message of an error. */
export interface LogFile {
  readonly table: string
  readonly file: string
}

/**
 * Reads a commit: newline-delimited JSON, one action a line (Delta protocol, "Delta Log Entries"). Kinds of actions that
 * a reader need not know are left out. TABLE_CORRUPT with line and byte; FEATURE_UNSUPPORTED at a deletion vector.
 */
export function decodeCommit(bytes: Uint8Array, at: LogFile): Action[] {
  if (bytes.length === 0) throw corrupt(at, '', 'the file is empty')
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const actions: Action[] = []
  const seen = new Set<string>()
  for (let start = 0, line = 1; start < buffer.length; line++) {
    const newline = buffer.indexOf(10, start)
    const end = newline < 0 ? buffer.length : newline
    try {
      const text = utf8.decode(buffer.subarray(start, end)).trim()
      const action = text === '' ? undefined : decodeAction(text, at.table)
      if (action) {
        once(action, seen)
        actions.push(action)
      }
    } catch (error) {
      if (error instanceof MillraceError) throw error
      throw corrupt(at, ` line ${line} (byte ${start})`, reasonOf(error), error)
    }
    start = end + 1
  }
  if (actions.length === 0) throw corrupt(at, '', 'the file holds no action')
  return actions
}

/** Writes a commit. The inverse of `decodeCommit`. */
export function encodeCommit(actions: readonly Action[]): Uint8Array {
  return Buffer.from(actions.map((action) => `${stringifyExact(encodeAction(action))}\n`).join(''))
}

/** An action from its JSON; undefined for kinds that a reader passes over. Throws FieldError, SyntaxError, URIError. */
export function decodeAction(text: string, table: string): Action | undefined {
  const line: unknown = JSON.parse(text)
  if (!isFields(line)) throw new FieldError('the line is not an object')
  const kind = kindOf(line)
  switch (kind) {
    case 'add':
      return { add: addFrom(objectOf(line, kind), table) }
    case 'remove':
      return { remove: removeFrom(objectOf(line, kind), table) }
    case 'metaData':
      return { metaData: metadataFrom(objectOf(line, kind)) }
    case 'protocol':
      return { protocol: protocolFrom(objectOf(line, kind)) }
    case 'txn':
      return { txn: txnFrom(objectOf(parseExact(text) as Fields, kind)) }
    case 'commitInfo':
      return { commitInfo: objectOf(parseExact(text) as Fields, kind) }
    case 'sidecar':
    case 'checkpointMetadata':
      throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature: 'v2Checkpoint', operation: 'read' })
    default:
      return undefined
  }
}

/** The one key of a line that has a value. */
function kindOf(line: Fields): string {
  const kinds = Object.keys(line).filter((kind) => fieldOf(line, kind) !== undefined)
  if (kinds.length !== 1) throw new FieldError(`an action has one key, here are ${kinds.length}: ${kinds.join(', ')}`)
  return kinds[0] as string
}

function addFrom(fields: Fields, table: string): AddFile {
  refuseDeletionVector(fields, table)
  const stats = optionalText(fields, 'stats')
  const tags = textsOf(fields, 'tags') as AddFile['tags']
  return {
    ...pathFrom(fields),
    partitionValues: textsOf(fields, 'partitionValues') ?? {},
    size: countOf(fields, 'size'),
    modificationTime: countOf(fields, 'modificationTime'),
    dataChange: flagOf(fields, 'dataChange') ?? true,
    ...(stats !== undefined && { stats }),
    ...(tags !== undefined && { tags }),
  }
}

function removeFrom(fields: Fields, table: string): RemoveFile {
  refuseDeletionVector(fields, table)
  const deletionTimestamp = optionalCount(fields, 'deletionTimestamp')
  const extendedFileMetadata = flagOf(fields, 'extendedFileMetadata')
  const partitionValues = textsOf(fields, 'partitionValues')
  const size = optionalCount(fields, 'size')
  return {
    ...pathFrom(fields),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    dataChange: flagOf(fields, 'dataChange') ?? true,
    ...(extendedFileMetadata !== undefined && { extendedFileMetadata }),
    ...(partitionValues !== undefined && { partitionValues }),
    ...(size !== undefined && { size }),
  }
}

function metadataFrom(fields: Fields): Metadata {
  const format = objectOf(fields, 'format')
  const name = optionalText(fields, 'name')
  const description = optionalText(fields, 'description')
  const createdTime = optionalCount(fields, 'createdTime')
  return {
    id: textOf(fields, 'id'),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    format: { provider: textOf(format, 'provider'), options: withoutNulls(format, 'options') },
    schemaString: textOf(fields, 'schemaString'),
    partitionColumns: listOf(fields, 'partitionColumns') ?? [],
    configuration: withoutNulls(fields, 'configuration'),
    ...(createdTime !== undefined && { createdTime }),
  }
}

function protocolFrom(fields: Fields): Protocol {
  const readerFeatures = listOf(fields, 'readerFeatures')
  const writerFeatures = listOf(fields, 'writerFeatures')
  return {
    minReaderVersion: countOf(fields, 'minReaderVersion'),
    minWriterVersion: countOf(fields, 'minWriterVersion'),
    ...(readerFeatures && { readerFeatures }),
    ...(writerFeatures && { writerFeatures }),
  }
}

function txnFrom(fields: Fields): Txn {
  const lastUpdated = optionalCount(fields, 'lastUpdated')
  return {
    appId: textOf(fields, 'appId'),
    version: bigOf(fields, 'version'),
    ...(lastUpdated !== undefined && { lastUpdated }),
  }
}

function encodeAction(action: Action): unknown {
  if ('add' in action) return { add: withText(action.add) }
  if ('remove' in action) return { remove: withText(action.remove) }
  return action
}

function withText<File extends AddFile | RemoveFile>({ pathText, ...file }: File): Omit<File, 'pathText'> {
  return { ...file, path: pathText ?? encodePath(file.path) }
}

/** The path of a file action, with the log's own text where encoding would give another. */
function pathFrom(fields: Fields): { path: string; pathText?: string } {
  const text = textOf(fields, 'path')
  const path = decodePath(text)
  if (path === '' || (path.includes('..') && path.split('/').includes('..')))
    throw new FieldError(`the path ${text} is not allowed`)
  return encodePath(path) === text ? { path } : { path, pathText: text }
}

function refuseDeletionVector(fields: Fields, table: string): void {
  if (fieldOf(fields, 'deletionVector') !== undefined)
    throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature: 'deletionVectors', operation: 'read' })
}

/** A map of texts in which a null has no meaning and is left out. */
function withoutNulls(fields: Fields, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(textsOf(fields, key) ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}

/** What one commit may hold once: a protocol, a metadata, a txn of an application, an action on a file. */
function once(action: Action, seen: Set<string>): void {
  const key = keyOf(action)
  if (key === undefined) return
  if (seen.has(key)) throw new FieldError(`${key} comes twice in one commit`)
  seen.add(key)
}

function keyOf(action: Action): string | undefined {
  if ('add' in action) return `the file ${action.add.path}`
  if ('remove' in action) return `the file ${action.remove.path}`
  if ('txn' in action) return `the txn of ${action.txn.appId}`
  if ('protocol' in action) return 'protocol'
  return 'metaData' in action ? 'metaData' : undefined
}

/** What was wrong with an action, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof FieldError) return error.message
  if (error instanceof URIError) return 'a path is not percent-encoded as a URI'
  if (error instanceof SyntaxError) return `not JSON: ${error.message}`
  return error instanceof TypeError ? 'not UTF-8' : String(error)
}

export function corrupt(at: LogFile, place: string, reason: string, cause?: unknown): MillraceError<'TABLE_CORRUPT'> {
  return new MillraceError('TABLE_CORRUPT', { ...at, place, reason }, cause)
}
