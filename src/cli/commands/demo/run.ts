import { once } from 'node:events'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describeFile } from '../../../connectors/files/glob.ts'
import { loadProject } from '../../../project/load.ts'
import { replay } from '../../../project/replay.ts'
import { streamOf } from '../../../project/streams.ts'
import type { Session } from '../../session.ts'
import { openBrowser } from './browser.ts'
import { Supervisor } from './supervisor.ts'

export interface RunOptions {
  readonly dir: string
  /** The folder as whoever called knows it. */
  readonly shown: string
  readonly port: number
  /** Events a second; the same always, or as the time has it. */
  readonly rate: number | ((nowMs: number) => number)
  readonly open: boolean
}

/** Opens the shop: its server, visitors, and a page; until Ctrl-C. DEMO_ENDED, the codes of `replay`. */
export async function runDemo(session: Session, { dir, shown, port, rate, open }: RunOptions): Promise<void> {
  const { context, output, progress } = session
  const logFile = join(dir, '.millrace', 'demo.log')
  await using supervisor = new Supervisor({ dir, port, logFile }, context)
  const url = await supervisor.start()
  const page = `${url}/dashboards/shop`
  progress.clear()
  const now = typeof rate === 'function' ? `about ${rate(context.now()).toPrecision(2)}` : String(rate)
  await output.say(`\nThe shop is open: its server, and visitors who do ${now} things a second.`)
  await output.say(page)
  await output.say(`All of it is in ${shown}: tables in lake, questions in models, the page in dashboards.`)
  await output.say('Ctrl-C keeps everything; the same command goes on.')
  await output.data({ url, folder: shown })
  if (open) openBrowser(page)
  await Promise.all([visitors(session, dir, url, rate), once(context.signal, 'abort')])
}

/** The newest day again and again, as if it were now: whatever happens to the server, they come back. */
async function visitors({ context }: Session, dir: string, url: string, rate: RunOptions['rate']): Promise<void> {
  const data = join(dir, 'data')
  const newest = globSync('*.csv.gz', { cwd: data }).toSorted().at(-1)
  const file = newest === undefined ? undefined : await describeFile(join(data, newest), data)
  if (!file || rate === 0) return
  const settings = await loadProject(dir)
  const quiet = { ...context, emit: () => undefined }
  const request = { file, url, rate, now: true, loop: true, giveUpMs: Number.POSITIVE_INFINITY }
  await replay(settings, streamOf(settings, 'events'), request, quiet, () => undefined)
}
