import type { InferredTable } from '../../../project/infer-project.ts'
import type { TableColumn } from '../../output/table.ts'
import { filesText } from '../../output/values.ts'
import type { Output } from '../../output.ts'
import type { Session } from '../../session.ts'
import { reportLoad } from '../load/report.ts'
import { groups } from '../rejects/groups.ts'
import type { LoadedProject } from './load-inferred.ts'

const inferred: readonly TableColumn[] = [
  { name: 'column' },
  { name: 'type' },
  { name: 'example', absent: '' },
  { name: 'why' },
]

/** To people no more columns of a table than these are shown. */
const shownColumns = 60

/** Shows people each table with its columns, and why they are as they are; programs are told with the project. */
export async function showInferred(output: Output, tables: readonly InferredTable[]): Promise<void> {
  if (output.style === 'data') return
  for (const { name, from, files, columns } of tables) {
    await output.say(`${name}: ${filesText(files)}, ${typeof from === 'string' ? from : 'each by its path'}`)
    const rows = columns.map(({ name, type, example, why }) => [name, type, example, why])
    await output.table(inferred, rows.slice(0, shownColumns))
    if (rows.length > shownColumns)
      await output.say(`… and ${rows.length - shownColumns} more columns, in millrace.config.ts.`)
    await output.say()
  }
}

/** Shows what was loaded, and what the contract refused. */
export async function showLoaded(session: Session, { reports, rejects, outcomes }: LoadedProject): Promise<void> {
  const { output, failed } = session
  for (const outcome of outcomes) {
    if (!('error' in outcome)) continue
    failed()
    output.error(outcome.error)
  }
  if (output.style === 'data') {
    const refused = reports.flatMap(({ outcomes }) => outcomes.filter(({ outcome }) => outcome === 'refused'))
    if (refused.length > 0) failed()
    for (const outcome of refused) if (outcome.outcome === 'refused') output.error(outcome.error)
    return
  }
  await reportLoad(session, reports)
  if (rejects.length > 0) {
    await output.say('\nRejects (`millrace rejects show` has each with its line):')
    await output.table(groups, rejects)
  }
  await output.say()
}
