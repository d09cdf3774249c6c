import { createWriteStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { Option } from 'commander'
import { MillraceError } from '../../core/errors.ts'
import { attachedCatalog } from '../../project/attached.ts'
import { projectCatalog } from '../../project/catalog.ts'
import { hasUnread } from '../../project/live.ts'
import type { OpenProject } from '../../project/open.ts'
import { mergeCatalogs } from '../../query/catalog.ts'
import { type Answer, type Position, type QueryOptions, query, resolveQuery } from '../../query/query.ts'
import { parseReadPoint } from '../../query/read-point.ts'
import { csvText, jsonText, ndjsonText, writeParquet } from '../../query/results.ts'
import { replaceFile } from '../../storage/replace-file.ts'
import type { CommandFile } from '../command.ts'
import { unitText } from '../output/values.ts'
import { settle, withProject } from '../project.ts'
import { rowsOf } from '../result-rows.ts'
import type { Session } from '../session.ts'
import { collect, size, whole } from '../words.ts'

type Format = 'table' | 'json' | 'ndjson' | 'csv' | 'parquet'

interface QueryWords {
  readonly at?: readonly string[]
  readonly with?: readonly string[]
  readonly format?: Format
  readonly output?: string
  readonly limit?: number
  readonly timeout?: number
  readonly onTheSpot?: number
}

const formats = ['table', 'json', 'ndjson', 'csv', 'parquet'] as const

/** Rows that a table on a terminal shows unless it is asked for more. */
const tableRows = 1000

export const command: CommandFile = {
  examples: [
    'millrace query "SELECT event_type, count(*) FROM events GROUP BY ALL"',
    'millrace query "SELECT count(*) FROM events" --at 2026-11-20',
    'millrace query "SELECT count(*) FROM events" --at events=3',
    'millrace query "SELECT * FROM events" -o events.parquet',
    'millrace query "SELECT * FROM events JOIN p USING (product_id)" --with p=products.csv',
    'millrace query - --format csv < question.sql',
  ],
  define(command, run) {
    command
      .argument('<sql>', 'one SELECT over the tables of the project; - reads it from stdin')
      .option('--at <time or table=version>', 'as it was then; may be given several times', collect)
      .option('--with <name=path>', 'a Delta, Parquet, CSV or NDJSON path as a table; several times', collect)
      .addOption(new Option('--format <format>', 'how rows are written').choices(formats))
      .option('-o, --output <file>', 'write to a file; its ending tells the format')
      .option('--limit <n>', `stop after so many rows (default: ${tableRows} in a table, else all)`, whole)
      .option('--timeout <seconds>', 'stop after so long', whole)
      .option('--on-the-spot <size>', 'read at most so much to bring a model up to date (default: 2 GB)', size)
      .action((sql: string, words: QueryWords) =>
        run(
          command,
          (session) => withProject(session, 'read', 'query', (project) => answer(session, project, sql, words)),
          words.format === 'table' ? 'people' : undefined,
        ),
      )
  },
}

async function answer(session: Session, project: OpenProject, given: string, words: QueryWords): Promise<void> {
  const { context, stdin, progress, beside } = session
  if (!beside && (await hasUnread(project, context))) await settle(session, 'query')
  const sql = given === '-' ? await text(stdin) : given
  const format = formatOf(session, words)
  const limit = words.limit ?? (format === 'table' && !words.output ? tableRows : undefined)
  const options: QueryOptions = {
    ...beside?.live.freezing,
    at: parseReadPoint(words.at ?? [], project.settings.timezone),
    limits: {
      ...(limit !== undefined && { rows: limit }),
      ...(words.timeout !== undefined && { timeoutMs: words.timeout * 1000 }),
    },
  }
  const own = await projectCatalog(project, context, {
    onTheSpotBytes: words.onTheSpot,
    ...(project.flush && { beforeAccounts: project.flush }),
  })
  const catalog = mergeCatalogs([await attachedCatalog(project.lake, attachedOf(session, words), context), own])
  if (format === 'parquet') {
    using resolved = await resolveQuery(catalog, sql, options, context)
    const file = resolve(session.cwd, words.output ?? '')
    const rows = await writeParquet(project.lake.engine, resolved, file, context)
    progress.clear()
    tellBehind(session, resolved.position)
    return written(session, file, rows)
  }
  await using result = await query(catalog, project.lake.engine, sql, options, context)
  progress.clear()
  tellBehind(session, result.position)
  if (words.output !== undefined) {
    const file = resolve(session.cwd, words.output)
    return written(session, file, await writeRows(session, result, format, file))
  }
  await printRows(session, result, format)
  if (result.truncated)
    session.output.warn(`only the first ${unitText(limit ?? 0, 'count')} rows are shown; --limit gives more`)
}

/** `name=path`, with paths that begin in the folder of whoever asks. */
function attachedOf({ cwd }: Session, { with: given = [] }: QueryWords): readonly string[] {
  return given.map((text) => text.replace(/^([^=]+=)(?!\w+:\/\/)(.+)$/s, (_, name, path) => name + resolve(cwd, path)))
}

/** Says which models are not as new as their inputs. */
function tellBehind({ output }: Session, { behind }: Position): void {
  for (const [model, { asOfMs, bytes }] of Object.entries(behind)) {
    const [time, cost] = [new Date(asOfMs).toISOString(), unitText(bytes, 'bytes')]
    const way = `\`millrace build --select ${model}\` does that for good, a greater --on-the-spot for this query`
    output.warn(`\`${model}\` is as of ${time}: bringing it up to date would read ${cost}; ${way}`)
  }
}

/** What is asked for, else what the file's name says, else a table for people and NDJSON for programs. */
function formatOf({ output }: Session, { format, output: file }: QueryWords): Format {
  const ending = /\.(json|ndjson|csv|parquet)$/.exec(file ?? '')?.[1] as Format | undefined
  const chosen = format ?? ending ?? (file === undefined && output.style === 'people' ? 'table' : 'ndjson')
  if (chosen === 'parquet' && file === undefined)
    throw new MillraceError('USAGE', { reason: 'Parquet needs a file', hint: 'add -o FILE.parquet' })
  if (chosen === 'table' && file !== undefined)
    throw new MillraceError('USAGE', {
      reason: 'a table is for a terminal',
      hint: 'write --format csv, json, ndjson or parquet',
    })
  return chosen
}

async function printRows({ output, progress }: Session, result: Answer, format: Format): Promise<void> {
  if (format === 'table') {
    const rows = await output.table(result.columns, rowsOf(result))
    progress.clear()
    await output.say(`(${unitText(rows, 'count')} ${rows === 1 ? 'row' : 'rows'})`)
    return
  }
  for await (const piece of pieces(result, format)) {
    await output.bytes(piece)
    if (output.closed) return
  }
}

/** Writes a file that appears under its name when it is whole. */
async function writeRows({ context }: Session, result: Answer, format: Format, file: string): Promise<number> {
  let rows = 0
  const counted: Answer = {
    ...result,
    batches: (async function* () {
      for await (const batch of result.batches) {
        rows += batch.length
        yield batch
      }
    })(),
  }
  try {
    await replaceFile(file, async (folder) => {
      const unfinished = createWriteStream(join(folder, 'rows'))
      await pipeline(Readable.from(pieces(counted, format)), unfinished, { signal: context.signal })
      return 'rows'
    })
  } catch (error) {
    throw context.signal.aborted ? context.signal.reason : error
  }
  return rows
}

function pieces(result: Answer, format: Format): AsyncGenerator<string> {
  if (format === 'json') return jsonText(result)
  return format === 'csv' ? csvText(result) : ndjsonText(result)
}

async function written({ output }: Session, file: string, rows: number): Promise<void> {
  await output.data({ file, rows })
  await output.say(`${unitText(rows, 'count')} rows in ${file}.`)
}
