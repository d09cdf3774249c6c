import type { MendAnswer, MendBody } from '../../../../src/api/mend.ts'
import type { RejectView } from '../../../../src/api/rejects.ts'

/** Rejects of one table that have one reason. */
export interface RejectGroup {
  readonly key: string
  readonly table: string
  readonly code: string
  readonly column: string | null
  /** Of events, which can be mended here; rows of files are mended in their file. */
  readonly ofEvents: boolean
  /** What all of them break, in words. */
  readonly reason: string
  /** The newest first. */
  readonly rejects: readonly RejectView[]
}

/** The greatest groups first. */
export function grouped(rejects: readonly RejectView[]): readonly RejectGroup[] {
  return [...Map.groupBy(rejects, keyOf)]
    .map(([key, own]) => {
      const [first] = own as [RejectView]
      const { table, code, column } = first
      return { key, table, code, column, ofEvents: isOfEvents(first), reason: reasonOf(own), rejects: own }
    })
    .toSorted((a, b) => b.rejects.length - a.rejects.length || a.key.localeCompare(b.key))
}

function keyOf(reject: RejectView): string {
  return [reject.table, reject.code, reject.column ?? '', isOfEvents(reject) ? 'events' : 'files'].join('/')
}

function isOfEvents({ file }: RejectView): boolean {
  return file.startsWith('log/')
}

/** As the messages say it where all say the same, but for the value; else what the code stands for. */
function reasonOf(rejects: readonly RejectView[]): string {
  const [first] = rejects as [RejectView]
  const told = withoutValue(first.message)
  const isShared = rejects.every(({ message }) => withoutValue(message) === told)
  return isShared && first.code !== 'not_null' ? told : reasonWords(first.code)
}

/** `'dear' is not a decimal(12,2)` → `is not a decimal(12,2)`. */
function withoutValue(message: string): string {
  return message.replace(/^(?:'.*'|\(hidden\)) /s, '')
}

/** What the message of one reject adds to the reason of its group, and to its marked value (`isMarked`); it may be nothing. */
export function addedTo(reason: string, { code, message }: RejectView, isMarked: boolean): string | undefined {
  const isMissing = code === 'not_null' && message === missing
  const isTold = message === reason || (isMarked && withoutValue(message) === reason)
  return isMissing || isTold ? undefined : message
}

/** What every `not_null` says; one that a source has brought says its place too. */
const missing = 'there is no value, and the column is not null'

/** `rule:price_not_negative` → `breaks the rule price_not_negative`. */
function reasonWords(code: string): string {
  if (code.startsWith('rule:')) return `breaks the rule ${code.slice(5)}`
  return words.get(code) ?? code.replaceAll('_', ' ')
}

const words = new Map([
  ['type', 'is not of its type'],
  ['not_null', 'is missing'],
  ['bad_json', 'is not JSON'],
  ['id_conflict', 'has the id of another event'],
])

/** What is to be done with some rejects of one stream. */
export type Act =
  | { readonly kind: 'replace'; readonly rejects: readonly [RejectView] }
  | { readonly kind: 'replay' | 'discard'; readonly rejects: readonly RejectView[] }

/** As the server is asked for it: these very rejects, and none that came since. */
export function mendBody({ kind, rejects }: Act, words: string, dryRun: boolean): MendBody {
  const choice = { ids: rejects.map(({ id }) => id), dry_run: dryRun }
  if (kind === 'replace') return { how: kind, event: words, ...choice }
  return kind === 'discard' ? { how: kind, reason: words, ...choice } : { how: kind, ...choice }
}

export interface Outcome {
  readonly reject: RejectView
  readonly tone: 'good' | 'warn' | 'bad'
  readonly text: string
}

/** What becomes, or has become, of each. */
export function outcomes({ kind, rejects }: Act, answer: MendAnswer): readonly Outcome[] {
  const refused = new Map(answer.refused.map((each) => [each.reject, each.message]))
  const conflicts = new Set(answer.conflicts)
  return rejects.map((reject): Outcome => {
    const why = refused.get(reject.id)
    if (why !== undefined) return { reject, tone: 'bad', text: `stays a reject: ${why}` }
    if (conflicts.has(reject.id))
      return { reject, tone: 'bad', text: 'stays a reject: another event has its id, with other content' }
    if (kind === 'discard') return { reject, tone: 'good', text: answer.done ? 'discarded' : 'to be discarded' }
    if (!answer.done) return { reject, tone: 'good', text: 'will be taken' }
    const fewer = answer.chosen < rejects.length
    if (fewer) return { reject, tone: 'warn', text: 'taken, or mended by somebody else meanwhile' }
    if (answer.superseded === 0) return { reject, tone: 'good', text: 'taken' }
    return { reject, tone: 'good', text: answer.mended === 0 ? 'was there already' : 'taken, or there already' }
  })
}
