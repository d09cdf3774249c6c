import { resolve } from 'node:path'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { settleLogs } from '../../project/live.ts'
import { loadSource, planSources } from '../../project/loading.ts'
import type { OpenProject } from '../../project/open.ts'
import { commandLine, reported } from '../../project/run-report.ts'
import type { FileOutcome } from '../../sources/load-source.ts'
import type { CommandFile } from '../command.ts'
import { loadMeter } from '../progress/load-meter.ts'
import { withProject } from '../project.ts'
import type { Session } from '../session.ts'
import { share } from '../words.ts'
import { loadsText, reportLoad, type SourceReport, wasRefused } from './load/report.ts'

interface LoadOptions {
  readonly maxRejects?: number
  readonly again?: boolean
}

export const command: CommandFile = {
  examples: [
    'millrace load',
    'millrace load events downloads/2019-Nov.csv.gz',
    'millrace load customers new/*.csv --max-rejects 0',
    'millrace load events data/2019-Nov.csv --again',
  ],
  define(command, run) {
    command
      .argument('[target]', 'the stream or table that takes the files; without it the new files of every source')
      .argument('[files...]', 'files or globs, relative to this folder')
      .option('--max-rejects <share>', 'refuse a file of which more breaks the contract (default: 10%)', share)
      .option('--again', 'load these files whether or not they were loaded before: what the table has of them goes')
      .action((target: string | undefined, files: readonly string[], options: LoadOptions) =>
        run(command, (session) =>
          withProject(session, 'write', 'load', async (project) => {
            if (target !== undefined && files.length === 0)
              throw new MillraceError('USAGE', {
                reason: `which files go into ${target}?`,
                hint: `write \`millrace load ${target} FILE…\`; without a name the new files of every source are loaded`,
              })
            if (target === undefined && options.again)
              throw new MillraceError('USAGE', {
                reason: '--again loads files that are named',
                hint: 'write `millrace load TARGET FILE… --again`',
              })
            const into =
              target === undefined ? {} : { into: { target, files: files.map((file) => resolve(session.cwd, file)) } }
            const subject = target === undefined ? 'new files of every source' : `${files.join(', ')} into ${target}`
            const begun = { kind: 'load', subject, by: commandLine } as const
            await reported(project.runs, begun, session.context, async (_report, context) => {
              const reports = await load({ ...session, context }, project, { ...options, ...into })
              await reportLoad(session, reports)
              return { summary: loadsText(reports), failed: wasRefused(reports) }
            })
          }),
        ),
      )
  },
}

/** Loads what is selected, source by source. */
export async function load(
  { context, progress }: Session,
  project: OpenProject,
  selection: Parameters<typeof planSources>[1],
): Promise<readonly SourceReport[]> {
  const reports: SourceReport[] = []
  await settleLogs(project, context)
  for (const plan of await planSources(project, selection, context)) {
    const started = context.now()
    const metered: Context = { ...context, emit: loadMeter(plan, context.emit) }
    const outcomes: readonly FileOutcome[] = await loadSource(project, plan, metered)
    progress.clear()
    const { name, table, reader } = plan.source
    reports.push({ source: name, table, globs: reader.globs, outcomes, elapsedMs: context.now() - started })
  }
  return reports
}
