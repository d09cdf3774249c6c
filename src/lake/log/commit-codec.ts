import { MillraceError } from '../../core/errors.ts'
import { parseExact, stringifyExact } from '../../core/json.ts'
import type { Action, AddFile, CommitInfo, Metadata, Protocol, RemoveFile, Txn } from '../actions.ts'
import { FieldError, type Fields, fieldsOf } from './fields.ts'
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
  const line = fieldsOf(parseExact(text), 'the line')
  const kinds = line.names().filter((kind) => line.has(kind))
  if (kinds.length !== 1) throw new FieldError(`an action has one key, here are ${kinds.length}: ${kinds.join(', ')}`)
  const kind = kinds[0] as string
  switch (kind) {
    case 'add':
      return { add: addFrom(line.object(kind), table) }
    case 'remove':
      return { remove: removeFrom(line.object(kind), table) }
    case 'metaData':
      return { metaData: metadataFrom(line.object(kind)) }
    case 'protocol':
      return { protocol: protocolFrom(line.object(kind)) }
    case 'txn':
      return { txn: txnFrom(line.object(kind)) }
    case 'commitInfo':
      return { commitInfo: line.record(kind) as CommitInfo }
    case 'sidecar':
    case 'checkpointMetadata':
      throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature: 'v2Checkpoint', operation: 'read' })
    default:
      return undefined
  }
}

function addFrom(fields: Fields, table: string): AddFile {
  refuseDeletionVector(fields, table)
  return {
    ...pathFrom(fields),
    partitionValues: fields.texts('partitionValues') ?? {},
    size: fields.count('size'),
    modificationTime: fields.count('modificationTime'),
    dataChange: fields.flag('dataChange') ?? true,
    ...optional('stats', fields.text('stats')),
    ...optional('tags', fields.texts('tags') as AddFile['tags']),
  }
}

function removeFrom(fields: Fields, table: string): RemoveFile {
  refuseDeletionVector(fields, table)
  return {
    ...pathFrom(fields),
    ...optional('deletionTimestamp', fields.optionalCount('deletionTimestamp')),
    dataChange: fields.flag('dataChange') ?? true,
    ...optional('extendedFileMetadata', fields.flag('extendedFileMetadata')),
    ...optional('partitionValues', fields.texts('partitionValues')),
    ...optional('size', fields.optionalCount('size')),
  }
}

function metadataFrom(fields: Fields): Metadata {
  const format = fields.object('format')
  return {
    id: fields.required('id'),
    ...optional('name', fields.text('name')),
    ...optional('description', fields.text('description')),
    format: { provider: format.required('provider'), options: textsOnly(format, 'options') },
    schemaString: fields.required('schemaString'),
    partitionColumns: fields.list('partitionColumns') ?? [],
    configuration: textsOnly(fields, 'configuration'),
    ...optional('createdTime', fields.optionalCount('createdTime')),
  }
}

function protocolFrom(fields: Fields): Protocol {
  return {
    minReaderVersion: fields.count('minReaderVersion'),
    minWriterVersion: fields.count('minWriterVersion'),
    ...optional('readerFeatures', fields.list('readerFeatures')),
    ...optional('writerFeatures', fields.list('writerFeatures')),
  }
}

function txnFrom(fields: Fields): Txn {
  return {
    appId: fields.required('appId'),
    version: fields.big('version'),
    ...optional('lastUpdated', fields.optionalCount('lastUpdated')),
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
  const text = fields.required('path')
  const path = decodePath(text)
  if (path === '' || path.split('/').includes('..')) throw new FieldError(`the path ${text} is not allowed`)
  return encodePath(path) === text ? { path } : { path, pathText: text }
}

function refuseDeletionVector(fields: Fields, table: string): void {
  if (fields.has('deletionVector'))
    throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature: 'deletionVectors', operation: 'read' })
}

/** A map of texts in which a null has no meaning and is left out. */
function textsOnly(fields: Fields, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields.texts(key) ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
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

function optional<Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: T })
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
