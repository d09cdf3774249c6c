import { open, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Produced {
  /** In the order of their acknowledgement, as the producer's own file has them. */
  readonly acknowledged: readonly string[]
  readonly sent: number
}

export interface ProducerOptions {
  /** Before the numbers of its events. */
  readonly name: string
  /** Its own list of what was acknowledged. */
  readonly list: string
  readonly url: () => string | undefined
  readonly isOver: (sent: number) => boolean
  readonly size: number
  /** Between two batches. */
  readonly pauseMs?: number
}

/**
 * Sends batches of events, each again until it is answered; what was acknowledged is in its list, synced, before it goes
 * on.
 */
export async function produce({ name, list, url, isOver, size, pauseMs = 0 }: ProducerOptions): Promise<Produced> {
  let sent = 0
  await using file = await open(list, 'a')
  while (!isOver(sent)) {
    const events = Array.from({ length: size }, () => ({ id: `${name}-${sent}`, n: sent++ }))
    while (!(await send(url(), events))) await sleep(20)
    await file.appendFile(events.map(({ id }) => `${id}\n`).join(''))
    await file.datasync()
    if (pauseMs > 0) await sleep(pauseMs)
  }
  return { acknowledged: (await readFile(list, 'utf8')).split('\n').filter(Boolean), sent }
}

/** Whether a batch was acknowledged; throws where it was, and not as it should be. */
async function send(url: string | undefined, events: readonly unknown[]): Promise<boolean> {
  if (url === undefined) return false
  const init = { method: 'POST', body: JSON.stringify(events) }
  const response = await fetch(`${url}/v1/streams/events`, init).catch(() => undefined)
  const text = await response?.text().catch(() => undefined)
  if (!response || text === undefined) return false
  // send again is said by 429 and 503 alone
  if (response.status === 429 || response.status === 503) return false
  const { accepted, duplicates, conflicts, rejected } = JSON.parse(text) as Record<string, number & unknown[]>
  if (
    !response.ok ||
    Number(accepted) + Number(duplicates) !== events.length ||
    conflicts !== 0 ||
    rejected?.length !== 0
  )
    throw new Error(`${response.status}: ${text}`)
  return true
}
