import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Option } from 'commander'
import type { MillEvent } from '../../core/events.ts'
import { openLive } from '../../project/live.ts'
import type { OpenProject } from '../../project/open.ts'
import { noteServedAt } from '../../project/served-at.ts'
import { openSpools } from '../../project/spools.ts'
import { type TendingPolicy, tend } from '../../project/tending.ts'
import { openBuilds } from '../../server/builds.ts'
import { knownDoors, projectDoors } from '../../server/doors.ts'
import { lateDoors } from '../../server/late-doors.ts'
import { Metrics } from '../../server/metrics.ts'
import { readPages } from '../../server/pages.ts'
import { projectAccess } from '../../server/project-access.ts'
import { startServer } from '../../server/server.ts'
import { openUploads } from '../../server/uploads.ts'
import { limitYoungGeneration } from '../../server/young-generation.ts'
import { serveCommands } from '../beside/serve.ts'
import type { CommandFile } from '../command.ts'
import { withProject } from '../project.ts'
import { servedAlready } from '../served-already.ts'
import type { Session } from '../session.ts'
import { whole } from '../words.ts'
import { demoLink } from './demo/link.ts'

interface StartWords {
  readonly host: string
  readonly port: number
  readonly flushRows?: number
  readonly flushSeconds?: number
  readonly buildSeconds?: number
  readonly beginAnew?: boolean
  readonly logLevel: Level
}

const levels = ['debug', 'info', 'warn', 'error'] as const

type Level = (typeof levels)[number]

/** The variable that holds an admin's token, beside those of the project file. */
const tokenVariable = 'MILLRACE_ADMIN_TOKEN'

export const command: CommandFile = {
  examples: ['millrace start', 'millrace start --port 8080', `${tokenVariable}=… millrace start --host 0.0.0.0`],
  define(command, run) {
    command
      .option('--host <host>', 'the address to listen on', '127.0.0.1')
      .option('--port <port>', 'the port to listen on', whole, 4300)
      .option('--flush-rows <n>', 'write a stream’s events to its table when so many wait (default: 200000)', whole)
      .option('--flush-seconds <n>', 'and after so long at most (default: 60)', whole)
      .option('--build-seconds <n>', 'build what is stale of models so often (default: 300; 0: not at all)', whole)
      .addOption(
        new Option('--log-level <level>', 'what is logged; debug: each request that brings events, too')
          .choices(levels)
          .default('info'),
      )
      .option('--begin-anew', 'where the log of a stream is gone, begin another: what it alone had is given up')
      .action((words: StartWords) =>
        run(command, (session) =>
          withProject(session, 'write', 'start', (project) => serve(session, project, words), 'process').catch(
            async (error) => {
              throw await servedAlready(error)
            },
          ),
        ),
      )
  },
}

/** Lines of the log that nobody reads are dropped beyond this. */
const unreadBytes = 16 * 1024 * 1024

/**
 * Of V8's young generation, both halves. Measured: of 200 viewers of a dashboard with 20 filters it grew to 119 MB, and the
 * process by as much; events cost no more processor time, beyond noise, with a quarter of that.
 */
const youngBytes = 32 * 1024 * 1024

/**
 * How much V8's heap grows from one full collection to the next, of what lives; by itself it grows to several times that.
 * Measured: of 200 viewers 32 MB lived and 68 MB were garbage, and of those with 20 filters both processes take 463 MB
 * instead of 524 (536 with 100); events are taken at the same rate, beyond noise.
 */
const growingPercent = 50

async function serve(session: Session, project: OpenProject, words: StartWords): Promise<void> {
  const { host, port, flushRows, flushSeconds, buildSeconds, beginAnew = false } = words
  // Requests that waited once, for rows to be read, teach V8 to allocate what requests are made of in the old generation.
  // Dead there, it keeps all that it points to until the next full collection: half of the young generation was copied,
  // 25 ms every 150 ms.
  setFlagsFromString('--no-allocation-site-pretenuring')
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`)
  using _young = limitYoungGeneration(youngBytes)
  const { output, context } = session
  const { pino } = await import('pino')
  // a line a request must not hold up requests, nor be a call each; at exit pino writes what is left
  const lines = pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: 100, maxLength: unreadBytes })
  const log = pino({ name: 'millrace', level: words.logLevel }, lines)
  const entrance = lateDoors(knownDoors(project.settings))
  const { doors, assertOpen } = entrance
  const metrics = new Metrics()
  const emit = (event: MillEvent): void => {
    metrics.note(event)
    entrance.emit(event)
  }
  // Ctrl-C stops the server in order: what it does then is not to be interrupted
  const lasting = { ...context, emit, signal: new AbortController().signal }
  const access = await projectAccess(project, process.env[tokenVariable] || undefined, lasting)
  const demo = demoLink()
  const { bodyBytes } = project.settings.server
  const pages = await readPages(pagesFolder)
  const options = { host, port, access, doors, assertOpen, metrics, pages, version: version(), log, context: lasting }
  await using server = await startServer({
    ...options,
    ...(bodyBytes !== undefined && { bodyBytes }),
    ...(demo && { demo }),
  })
  await using _address = await noteServedAt(project.stateFolder, server.url)
  await using commands = await serveCommands(project.stateFolder, session.program, context.now)
  project.lake.engine.onLost?.((reason) => log.error({ reason }, 'the query process has ended, and another is started'))
  await using live = await openLive(project, lasting, {
    beginAnew,
    onTrouble: (stream, err) =>
      err ? log.error({ stream, err }, 'the table takes no commits') : log.info({ stream }, 'the table takes commits'),
    ...(flushRows !== undefined && { flushRows }),
    ...(flushSeconds !== undefined && { flushMs: flushSeconds * 1000 }),
  })
  await using builds = openBuilds(live, commands, lasting)
  await using uploads = await openUploads(live, commands, lasting)
  entrance.open(projectDoors(project, live, builds, uploads))
  await using _spools = await openSpools(project, live, lasting, (source, err, path) =>
    log.error({ err, source, path }, 'a spool cannot go on'),
  )
  const onTrouble: TendingPolicy['onTrouble'] = (work, name, err) => log.error({ err, work, name }, 'not done')
  const tending = {
    onTrouble,
    inTurn: commands.inTurn,
    ...(buildSeconds !== undefined && { buildMs: buildSeconds * 1000 }),
  }
  await using _tending = tend(live, tending, lasting)
  commands.open(live)
  await using _commands = commands
  demo?.listening(server.url)
  await output.say(`${project.settings.name} listens on ${server.url}`)
  if (!context.signal.aborted) await once(context.signal, 'abort')
  // whoever waits for a build is answered as it ends
  await Promise.all([builds[Symbol.asyncDispose](), server.stop()])
}

/** Where the build puts the user interface, from source as from `dist`. */
const pagesFolder = fileURLToPath(new URL('../../../dist/ui', import.meta.url))

function version(): string {
  const file = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
