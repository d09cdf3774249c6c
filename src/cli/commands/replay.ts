import { dirname, resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { describeFile } from '../../connectors/files/glob.ts'
import { MillraceError } from '../../core/errors.ts'
import { findProject, loadProject } from '../../project/load.ts'
import { type ReplayCounts, replay } from '../../project/replay.ts'
import { streamOf } from '../../project/streams.ts'
import type { CommandFile } from '../command.ts'
import { unitText } from '../output/values.ts'
import type { Session } from '../session.ts'

interface ReplayWords {
  readonly into: string
  readonly rate?: number
  readonly now?: boolean
  readonly loop?: boolean
  readonly url: string
}

/** The variable that holds a write key of the stream, or the admin's token. */
const tokenVariable = 'MILLRACE_TOKEN'

/** Events a second where each gets the time at which it is sent. */
const usualRate = 10

export const command: CommandFile = {
  examples: [
    'millrace replay data/2026-11-20.csv.gz --into events',
    'millrace replay events.ndjson --into events --rate 50 --now --loop',
    `${tokenVariable}=… millrace replay events.csv --into events --url https://events.example.com`,
  ],
  define(command, run) {
    command
      .argument('<file>', 'delimited text, NDJSON or JSON; gzip and zstd are unpacked')
      .requiredOption('--into <stream>', 'the stream that takes its rows')
      .option('--rate <n>', `events a second, in random pauses (default: none; with --now ${usualRate})`, perSecond)
      .option('--now', 'each event with a new id and the time at which it is sent')
      .option('--loop', 'from the beginning again when the file has ended, until Ctrl-C; needs --now')
      .option('--url <url>', 'of the server', 'http://127.0.0.1:4300')
      .action((path: string, words: ReplayWords) => run(command, (session) => send(session, path, words)))
  },
}

async function send(session: Session, path: string, words: ReplayWords): Promise<void> {
  const { options, context, output } = session
  const { into, now = false, loop = false, url, rate = now ? usualRate : undefined } = words
  if (loop && !now)
    throw new MillraceError('USAGE', {
      reason: '--loop would send the same events again, which are duplicates then',
      hint: 'add --now: each gets a new id and time',
    })
  const settings = await loadProject(options.project ?? findProject(process.cwd()), { profile: options.profile })
  const absolute = resolve(path)
  const file = await describeFile(absolute, dirname(absolute))
  if (!file) throw new MillraceError('FILE_NOT_FOUND', { path })
  const token = process.env[tokenVariable] ?? process.env['MILLRACE_ADMIN_TOKEN']
  const request = { file, url, now, loop, ...(rate !== undefined && { rate }), ...(token && { token }) }
  let counts: ReplayCounts | undefined
  try {
    counts = await replay(settings, streamOf(settings, into), request, context, (told) => {
      counts = told
    })
  } finally {
    session.progress.clear()
    if (counts) await report(session, counts, into)
  }
  if (counts.stopped && !loop) throw context.signal.reason
  if (counts.sent === 0) output.warn(`${path} has no rows`)
}

async function report({ output }: Session, counts: ReplayCounts, stream: string): Promise<void> {
  const { sent, accepted, duplicates, rejected, reasons } = counts
  const unanswered = sent - accepted - duplicates - rejected
  await output.record({ sent, accepted, duplicates, rejected, ...(unanswered > 0 && { unanswered }) })
  for (const [code, { count, message }] of reasons)
    output.warn(`${unitText(count, 'count')} rejected as ${code}: ${message}`)
  if (rejected > 0) output.warn(`they are kept: \`millrace rejects show ${stream}\``)
  if (unanswered > 0) output.warn('whether those without an answer were taken is not known: send them again')
}

function perSecond(text: string): number {
  const number = Number(text)
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('write how many a second, such as 50.')
  return number
}
