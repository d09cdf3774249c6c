import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import { MillraceError } from '../core/errors.ts'
import { parseExact } from '../core/json.ts'
import { Turns } from '../core/turns.ts'
import { byteOf, child, children, type Node, textOf } from './ast.ts'
import { placeOfByte, placeOfCharacter } from './place.ts'

/** One SELECT that a person wrote, and DuckDB's tree of it. */
export interface Parsed {
  readonly text: string
  /** The statement: its `node` is the query. */
  readonly statement: Node
}

/** Texts that were read last, and how long ones are kept: a tree takes many times the memory of its text. */
const kept = { texts: 100, characters: 4_000 } as const

/** Reads one SELECT with DuckDB's own parser. SQL_INVALID with the place; SQL_NOT_ALLOWED for anything else. */
export async function parseSql(text: string): Promise<Parsed> {
  const known = parsed.get(text)
  if (known) return known
  const read = await readSql(text)
  if (text.length > kept.characters) return read
  parsed.set(text, read)
  const [oldest] = parsed.keys()
  if (parsed.size > kept.texts) parsed.delete(oldest as string)
  return read
}

async function readSql(text: string): Promise<Parsed> {
  const nul = text.indexOf('\0')
  // DuckDB's parser would end there, and leave out all that follows
  if (nul >= 0) {
    const fields = { reason: 'a character of code 0', suggestion: 'take it out: SQL is text' }
    throw new MillraceError('SQL_INVALID', { ...placeOfByte(text, Buffer.byteLength(text.slice(0, nul))), ...fields })
  }
  const answer = parseExact(await serialized(text)) as Node
  if (answer['error'] === true) throw refusal(text, answer)
  const statements = children(answer, 'statements')
  const [statement, second] = statements
  if (!statement) {
    const fields = { ...placeOfByte(text, 0), reason: 'there is no statement', suggestion: 'write one SELECT' }
    throw new MillraceError('SQL_INVALID', fields)
  }
  if (second) {
    const place = placeOfByte(text, Math.max(byteOfFirst(second), 0))
    throw new MillraceError('SQL_NOT_ALLOWED', { ...place, reason: 'a second statement' })
  }
  return { text, statement }
}

function byteOfFirst(statement: Node): number {
  const first = children(child(statement, 'node'), 'select_list')[0]
  return first ? byteOf(first) : -1
}

function refusal(text: string, answer: Node): MillraceError {
  const message = textOf(answer, 'error_message')
  if (textOf(answer, 'error_type') === 'not implemented') {
    const start = Buffer.byteLength(/^(?:\s|--[^\n]*\n|\/\*.*?\*\/)*/s.exec(text)?.[0] ?? '')
    const word = /\w+/.exec(Buffer.from(text).subarray(start).toString())?.[0]?.toUpperCase() ?? ''
    return new MillraceError('SQL_NOT_ALLOWED', { ...placeOfByte(text, start), reason: `${word} is not a SELECT` })
  }
  const [reason = '', ...rest] = message.split('\n').filter((line) => line.trim() !== '')
  return new MillraceError('SQL_INVALID', {
    ...placeOfCharacter(text, Number(answer['position'] ?? 0)),
    reason,
    suggestion: rest.length > 0 ? rest.join('; ') : 'mend the SQL at this place',
  })
}

/** DuckDB's tree of a text. Planning the call costs three times the parsing, so it is planned once. */
async function serialized(text: string): Promise<string> {
  // empty lists count: without the () of its GROUPING SETS, a query would be another one
  serializer ??= parser().then((connection) =>
    connection.prepare('SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := false)'),
  )
  const statement = await serializer
  // what is bound is of the one call that runs
  return turns.run(async () => {
    statement.bindVarchar(1, text)
    return String((await statement.runAndReadAll()).getRows()[0]?.[0])
  })
}

let opened: Promise<DuckDBConnection> | undefined
const parsed = new Map<string, Parsed>()
let serializer: Promise<DuckDBPreparedStatement> | undefined
const turns = new Turns()

/**
 * A DuckDB of this room's own, opened by its first use. It holds no data and no settings, and what it answers depends
 * on the text alone: state of the module, with what it has planned and answered, so that parsing stays a plain function.
 */
export function parser(): Promise<DuckDBConnection> {
  opened ??= open()
  return opened
}

async function open(): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '64MB',
    temp_directory: '',
    enable_external_access: 'false',
    autoload_known_extensions: 'false',
  })
  return instance.connect()
}
