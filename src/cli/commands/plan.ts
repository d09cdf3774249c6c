import type { ContractPlan } from '../../project/plan.ts'
import { isEmpty, type ProjectPlan, planProject } from '../../project/run.ts'
import type { LoadPlan } from '../../sources/load.ts'
import type { CommandFile } from '../command.ts'
import { unitText } from '../output/values.ts'
import { withProject } from '../project.ts'
import type { Session } from '../session.ts'

export const command: CommandFile = {
  examples: ['millrace plan', 'millrace plan --json'],
  define(command, run) {
    command.action(() =>
      run(command, (session) =>
        withProject(session, 'read', 'plan', async (project) => {
          await showPlan(session, await planProject(project, session.context))
        }),
      ),
    )
  },
}

async function showPlan(session: Session, plan: ProjectPlan): Promise<void> {
  const { output } = session
  await showContracts(session, plan.contracts)
  await showLoads(session, plan.loads)
  const refused = plan.loads.flatMap(({ files }) => files).filter(({ action }) => action === 'refuse').length
  if (refused > 0) await output.say(`${unitText(refused, 'count')} of the files would be refused.`)
  else if (isEmpty(plan)) await output.say('Nothing to do.')
  if (!isEmpty(plan)) await output.say('Nothing was changed; `millrace run` carries this out.')
}

/** The changes of contracts, and what they cost. */
export async function showContracts({ output }: Session, contracts: readonly ContractPlan[]): Promise<void> {
  const rows = contracts.flatMap(({ table, changes }) => changes.map((change) => ({ table, ...change })))
  if (rows.length > 0)
    await output.table(
      [
        ...(output.style === 'data' ? [{ name: 'plan' }] : []),
        { name: 'table' },
        { name: 'class' },
        { name: 'change' },
      ],
      rows.map((row) => [...(output.style === 'data' ? ['contract'] : []), row.table, row.class, row.says]),
    )
  for (const { table, files, rows: count, sizeBytes } of contracts)
    if (files > 0)
      await output.say(
        `${table}: ${unitText(files, 'count')} files (${unitText(sizeBytes, 'bytes')}, ${unitText(count, 'count')} rows) are written anew.`,
      )
  if (rows.length > 0) await output.say()
}

async function showLoads({ output }: Session, loads: readonly LoadPlan[]): Promise<void> {
  const files = loads.flatMap(({ source, files: planned }) =>
    planned.map((each) => ({ source: source.name, table: source.table, each })),
  )
  const wanted = output.style === 'data' ? files : files.filter(({ each }) => each.action !== 'skip')
  if (wanted.length > 0)
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
      wanted.map(({ source, table, each }) => [
        ...(output.style === 'data' ? ['load'] : []),
        source,
        table,
        each.file.path,
        each.action,
        each.file.sizeBytes,
        noteOf(each),
      ]),
    )
  for (const { source, files: planned, sizeBytes, batches } of loads) {
    const skipped = planned.filter(({ action }) => action === 'skip').length
    const work = batches.flat().length
    await output.say(
      `${source.name}: ${unitText(work, 'count')} files to load (${unitText(sizeBytes, 'bytes')}), ${unitText(skipped, 'count')} loaded before.`,
    )
  }
}

function noteOf(planned: LoadPlan['files'][number]): string | null {
  switch (planned.action) {
    case 'load':
      return null
    case 'skip':
      return planned.reason === 'unchanged' ? 'unchanged' : `the same content as ${planned.sameAs}`
    case 'replace':
      return `takes out ${unitText(
        planned.old.reduce((sum, { stored }) => sum + stored, 0),
        'count',
      )} rows of its old content`
    case 'append':
      return `what follows the first ${unitText(planned.after.contentBytes, 'bytes')}`
    case 'refuse':
      return planned.error.message
  }
}
