import type { LiveProject } from '../../../project/live.ts'
import { openLive } from '../../../project/live.ts'
import type { MendPlan, MendRequest } from '../../../project/mending.ts'
import { confirm } from '../../confirm.ts'
import type { TableColumn } from '../../output/table.ts'
import { countText, unitText } from '../../output/values.ts'
import { withProject } from '../../project.ts'
import type { Beside, Session } from '../../session.ts'
import type { TendOptions } from '../table/tend.ts'

const refusedColumns: readonly TableColumn[] = [
  { name: 'id' },
  { name: 'column', absent: '' },
  { name: 'code' },
  { name: 'message' },
]

/** Refused rejects that people are shown. */
const examples = 5

/** Shows what would become of rejects, asks, and does that. */
export async function mend(session: Session, request: MendRequest, words: TendOptions): Promise<void> {
  const { context } = session
  await withProject(session, 'write', `rejects ${request.how.kind}`, async (project) => {
    await using opened = session.beside ? undefined : await openLive(project, context)
    const live = opened ?? (session.beside as Beside).live
    await carryOut(session, live, await live.planMend(request, context), words)
  })
}

async function carryOut(
  { output, context, failed, ...session }: Session,
  live: LiveProject,
  plan: MendPlan,
  { yes, dryRun }: TendOptions,
): Promise<void> {
  const { stream, how, chosen, mendings, refused, more } = plan
  const facts = { stream, chosen, to_mend: mendings.length, refused: refused.length }
  if (output.style === 'people') await output.record(facts, { chosen: 'count', to_mend: 'count', refused: 'count' })
  if (refused.length > 0 && output.style === 'people') {
    await output.say('These would be refused again:')
    const shown = refused.slice(0, examples)
    await output.table(
      refusedColumns,
      shown.map(({ reject, column, code, message }) => [reject, column, code, message]),
    )
  }
  if (more) output.warn(`there are more: only the first ${unitText(chosen, 'count')} are taken at a time`)
  const leave = async (why: string) => {
    await output.say(why)
    await output.data({ ...facts, done: false })
  }
  if (mendings.length === 0) {
    if (chosen > 0) failed()
    return leave(chosen === 0 ? 'No open rejects are chosen.' : 'Nothing was done.')
  }
  if (dryRun) return leave('Nothing was done (--dry-run).')
  const command = `millrace rejects ${how} ${stream}`
  const what = countText(mendings.length, 'reject')
  const question = how === 'discard' ? `Discard ${what}?` : `Send ${what} again?`
  if (!(await confirm({ output, context, failed, ...session }, command, question, yes)))
    return leave('Nothing was done.')
  const { conflicts, ...done } = await live.applyMend(plan, context)
  if (conflicts.length > 0)
    output.warn(`${countText(conflicts.length, 'event')} with other content have these ids already`)
  await output.say('Done.')
  await output.data({ ...facts, ...done, conflicts: conflicts.length, done: true })
}
