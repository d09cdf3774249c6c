import { changeKinds } from '../../contract/change.ts'
import type { Value } from '../../core/values.ts'
import type { ContractPlan } from '../../project/plan.ts'
import { isEmpty, type ProjectPlan, planProject } from '../../project/run.ts'
import type { LoadPlan } from '../../sources/load.ts'
import type { CommandFile } from '../command.ts'
import { countText, filesText, unitText } from '../output/values.ts'
import type { Style } from '../output.ts'
import { withProject } from '../project.ts'
import type { Session } from '../session.ts'
import { type SelectOptions, selectOptions } from './build/select.ts'
import { showBuild } from './build/show-plan.ts'
import { warnOfDashboards } from './dashboards/warn.ts'
import { noFiles, warnOfNoFiles } from './load/no-files.ts'
import { isRemoved, skipNote } from './load/skip-note.ts'

export const command: CommandFile = {
  examples: ['millrace plan', 'millrace plan --select +revenue', 'millrace plan --json'],
  define(command, run) {
    selectOptions(command).action((options: SelectOptions) =>
      run(command, (session) =>
        withProject(session, 'read', 'plan', async (project) => {
          await showPlan(session, await planProject(project, options, session.context))
          await warnOfDashboards(session, project)
        }),
      ),
    )
  },
}

async function showPlan(session: Session, plan: ProjectPlan): Promise<void> {
  const { output } = session
  await showContracts(session, plan.contracts)
  await showLoads(session, plan.loads)
  await showBuild(session, plan.build)
  await sayWhatFollows(session, plan)
  const refused = plan.loads.flatMap(({ files }) => files).filter(({ action }) => action === 'refuse').length
  if (refused > 0) await output.say(`${filesText(refused)} would be refused.`)
  else if (isEmpty(plan)) await output.say('Nothing to do.')
  if (!isEmpty(plan)) await output.say('Nothing was changed; `millrace run` carries this out.')
}

/** Which intervals follow from rows that are not loaded yet is not known before they are. */
async function sayWhatFollows({ output }: Session, { loads, build }: ProjectPlan): Promise<void> {
  const tables = [...new Set(loads.flatMap(({ source, batches }) => (batches.length > 0 ? [source.table] : [])))]
  if (tables.length > 0 && build.steps.length > 0)
    await output.say(`What is loaded into ${tables.join(', ')} is built after it, and is not counted above.`)
}

/** The changes of contracts, each with what was and what will be, and what they cost. */
export async function showContracts({ output }: Session, contracts: readonly ContractPlan[]): Promise<void> {
  const rows = contracts.flatMap(({ table, changes }) => changes.map((change) => ({ table, ...change })))
  if (output.style === 'data') {
    const names = ['plan', 'table', 'class', 'kind', 'column', 'setting', 'before', 'after', 'change'] as const
    await output.table(
      names.map((name) => ({ name })),
      rows.map((row) => {
        const { table, kind, column = null, setting = null, before, after, says } = row
        return ['contract', table, row.class, kind, column, setting, before, after, says]
      }),
    )
    return
  }
  if (rows.length === 0) return
  await output.table(
    [
      { name: 'table' },
      { name: 'class' },
      { name: 'change' },
      { name: 'what' },
      { name: 'before', absent: '—' },
      { name: 'after', absent: '—' },
    ],
    rows.map(({ table, class: cls, kind, column, setting, before, after }) => {
      const what = [column, setting].filter((part) => part !== undefined).join(' ')
      return [table, cls, kind.replaceAll('_', ' '), what, before, after]
    }),
  )
  await output.say()
  for (const kind of new Set(rows.map((row) => row.kind)))
    await output.say(`${kind.replaceAll('_', ' ')}: ${changeKinds[kind].does}.`)
  for (const { table, files, rows: count, sizeBytes } of contracts)
    if (files > 0)
      await output.say(
        `${table}: ${filesText(files)} (${unitText(sizeBytes, 'bytes')}, ${countText(count, 'row')}) to write anew.`,
      )
  await output.say()
}

async function showLoads({ output, progress }: Session, loads: readonly LoadPlan[]): Promise<void> {
  const empty = loads.filter(({ files }) => files.length === 0)
  progress.clear()
  warnOfNoFiles(
    output,
    empty.map(({ source }) => ({ source: source.name, globs: source.reader.globs })),
  )
  const rows = loads.flatMap((plan) => loadRows(plan, output.style))
  if (rows.length > 0)
    await output.table(
      [
        ...(output.style === 'data' ? [{ name: 'plan' }] : []),
        { name: 'source' },
        { name: 'table' },
        { name: 'file' },
        { name: 'action' },
        { name: 'size_bytes', title: 'size', unit: 'bytes' },
        { name: 'note', absent: '' },
      ],
      rows,
    )
  for (const { source, files: planned, sizeBytes, batches } of loads) {
    const skipped = planned.filter(({ action }) => action === 'skip').length
    const work = batches.flat().length
    await output.say(
      `${source.name}: ${filesText(work)} to load (${unitText(sizeBytes, 'bytes')}), ${unitText(skipped, 'count')} loaded before.`,
    )
  }
}

/** To programs also what is passed over, and a source without files. */
function loadRows({ source, files }: LoadPlan, style: Style): readonly (readonly Value[])[] {
  const place = [...(style === 'data' ? ['load'] : []), source.name, source.table]
  if (style === 'data' && files.length === 0) return [[...place, null, 'no_files', null, noFiles(source.reader)]]
  return files
    .filter((each) => style === 'data' || each.action !== 'skip' || isRemoved(each))
    .map((each) => [...place, each.file.path, each.action, each.file.sizeBytes, noteOf(source.table, each)])
}

function noteOf(table: string, planned: LoadPlan['files'][number]): string | null {
  switch (planned.action) {
    case 'load':
      return null
    case 'skip':
      return skipNote(table, { ...planned, path: planned.file.path })
    case 'replace':
      return `takes out ${countText(
        planned.old.reduce((sum, { stored, held }) => (held ? sum + stored : sum), 0),
        'row',
      )} of its old content`
    case 'append':
      return `what follows the first ${unitText(planned.after.contentBytes, 'bytes')}`
    case 'refuse':
      return planned.error.message
  }
}
