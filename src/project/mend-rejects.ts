import type { MendAnswer, MendBody } from '../api/mend.ts'
import type { Context } from '../core/context.ts'
import type { LiveProject } from './live.ts'
import type { MendRequest } from './mending.ts'

/** Plans what is asked for a stream's open rejects, and does it. NAME_UNKNOWN, MEND_INVALID; the codes of `append`. */
export async function mendRejects(
  live: LiveProject,
  stream: string,
  body: MendBody,
  context: Context,
): Promise<MendAnswer> {
  const { ids, code, column, since_ms: sinceMs, dry_run: isDry = false } = body
  const plan = await live.planMend(
    {
      stream,
      how: howOf(body),
      ...(ids && { ids }),
      ...(code !== undefined && { code }),
      ...(column !== undefined && { column }),
      ...(sinceMs !== undefined && { sinceMs }),
    },
    context,
  )
  const head = { chosen: plan.chosen, more: plan.more, refused: [...plan.refused], done: !isDry }
  if (isDry) return { ...head, mended: 0, superseded: 0, discarded: 0, conflicts: [] }
  const { conflicts, ...done } = await live.applyMend(plan, context)
  return { ...head, ...done, conflicts: [...conflicts] }
}

function howOf(body: MendBody): MendRequest['how'] {
  switch (body.how) {
    case 'fix':
      return { kind: 'fix', set: body.set }
    case 'replace':
      return { kind: 'replace', event: body.event }
    case 'replay':
      return { kind: 'replay' }
    case 'discard':
      return { kind: 'discard', reason: body.reason }
    default:
      return body satisfies never
  }
}
