import { MillraceError } from '../../core/errors.ts'
import { nowhere, type Place, placeOfByte, placeOfCharacter } from '../../sql/place.ts'
import type { DuckdbOptions } from './instance.ts'

/** What DuckDB says with `errors_as_json`: the kind of failure, and where in the statement's UTF-8 bytes it lies. */
interface Failure {
  readonly type: string
  readonly message: string
  readonly position?: number
}

/** The statement that failed: the text that a person wrote, and how many bytes of ours stand before it. */
export interface Asked {
  readonly sql: string
  readonly bytesBefore: number
  readonly tempFolder: string
  readonly memoryText: string
}

export function askedOf(sql: string, bytesBefore: number, options: DuckdbOptions): Asked {
  const { tempFolder, memoryBytes } = options
  return { sql, bytesBefore, tempFolder, memoryText: `${Math.round(memoryBytes / 1_048_576)} MiB` }
}

/** DuckDB's error as one of ours: SQL_INVALID, QUERY_FAILED, QUERY_MEMORY, DISK_FULL, OBJECT_NOT_FOUND, FILE_CORRUPT, …. */
export function errorOf(thrown: unknown, asked: Asked): unknown {
  if (thrown instanceof MillraceError) return thrown
  const failure = read(thrown)
  if (!failure) return thrown
  const { message, type } = failure
  switch (type) {
    case 'Parser':
    case 'Syntax':
    case 'Binder':
    case 'Catalog':
    case 'Not implemented':
      return invalid(failure, asked, thrown)
    case 'Permission':
      return new MillraceError('SQL_NOT_ALLOWED', { ...locate(failure, asked), reason: firstLine(message) }, thrown)
    case 'Out of Memory':
      if (/temp_directory|temporary/i.test(message))
        return new MillraceError('DISK_FULL', { path: asked.tempFolder }, thrown)
      return new MillraceError('QUERY_MEMORY', { limit: asked.memoryText, reason: firstLine(message) }, thrown)
    case 'IO':
    case 'HTTP':
      return unreadable(message, thrown)
    case 'Internal':
    case 'INTERNAL':
    case 'Fatal':
    case 'FATAL':
      return broken(message, thrown)
    default:
      return failed(failure, asked, thrown)
  }
}

/** The kind of a failure as DuckDB calls it; undefined for what is none of DuckDB's. */
export function failureType(thrown: unknown): string | undefined {
  return read(thrown)?.type
}

/** What `raiseOverflow` of the writer puts into a message, so that it comes back as fields. */
export const overflowMark = 'millrace.overflow'

function failed(failure: Failure, asked: Asked, cause: unknown): MillraceError {
  const { message } = failure
  if (/^No statement to prepare/.test(message))
    return invalid({ type: 'Parser', message: 'there is no statement', position: 0 }, asked, cause)
  if (message.includes(overflowMark)) {
    const [, column = '', value = ''] = message.split('\u001f')
    return new MillraceError('INTEGER_OVERFLOW', { column, value }, cause)
  }
  if (/magic bytes|footer|not a parquet|corrupt|Snappy|decompress/i.test(message))
    return new MillraceError('FILE_CORRUPT', { reason: firstLine(message) }, cause)
  const at = failure.position === undefined ? '' : ` (line ${locate(failure, asked).line})`
  return new MillraceError(
    'QUERY_FAILED',
    { reason: `${firstLine(message)}${at}`, suggestion: 'use TRY_CAST, or leave out the rows whose values do not fit' },
    cause,
  )
}

/** After such a failure DuckDB answers nothing more until it is opened anew: also to those who have done nothing wrong. */
function broken(message: string, cause: unknown): MillraceError {
  const reason = firstLine(message)
  if (/has been invalidated/.test(message)) return new MillraceError('ENGINE_LOST', { reason }, cause)
  return new MillraceError('ENGINE_BROKEN', { reason }, cause)
}

function unreadable(message: string, cause: unknown): MillraceError {
  const path = /"([^"]+)"/.exec(message)?.[1] ?? 'a file'
  if (/No files found|No such file/i.test(message)) return new MillraceError('OBJECT_NOT_FOUND', { path }, cause)
  if (/No space left/i.test(message)) return new MillraceError('DISK_FULL', { path }, cause)
  if (/Permission denied/i.test(message))
    return new MillraceError('PERMISSION_DENIED', { operation: 'open', path }, cause)
  return new MillraceError('STORE_UNREACHABLE', { operation: 'reading', path, reason: firstLine(message) }, cause)
}

function invalid(failure: Failure, asked: Asked, cause: unknown): MillraceError {
  const [reason = '', ...more] = failure.message.split('\n').filter((line) => line.trim() !== '')
  const rest = more.map((line) => line.trim())
  const meant = /^Ambiguous reference .* \(use: (.+)\)$/.exec(reason)?.[1]
  if (meant !== undefined) rest.push(`write ${meant.replaceAll('"', '`')}`)
  return new MillraceError(
    'SQL_INVALID',
    {
      ...locate(failure, asked),
      reason,
      suggestion: rest.length > 0 ? rest.slice(0, 3).join('; ').replace(':; ', ': ') : 'mend the SQL at this place',
    },
    cause,
  )
}

/** The place in the text that a person wrote, or nowhere where the failure lies in ours. */
function locate(failure: Failure, asked: Asked): Place {
  if (failure.position === undefined) return nowhere
  if (failure.type === 'Parser') return placeOfCharacter(asked.sql, failure.position)
  return placeOfByte(asked.sql, failure.position - asked.bytesBefore)
}

function firstLine(message: string): string {
  return (message.split('\n')[0] as string).trim()
}

function read(thrown: unknown): Failure | undefined {
  if (!(thrown instanceof Error)) return undefined
  const start = thrown.message.indexOf('{"exception_type"')
  if (start < 0) {
    const plain = /^(?:[\w ]+: )?(\w[\w ]*?) Error: (.*)$/s.exec(thrown.message)
    return plain ? { type: plain[1] as string, message: plain[2] as string } : undefined
  }
  const json = JSON.parse(thrown.message.slice(start)) as Readonly<Record<string, string>>
  const position = json['position'] === undefined ? undefined : Number(json['position'])
  return {
    type: json['exception_type'] ?? '',
    message: json['exception_message'] ?? '',
    ...(position === undefined ? {} : { position }),
  }
}
