import { Readable } from 'node:stream'
import type { Advanced, Alive, RatesTold, RunsTold, RunTold } from '../api/changes.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import type { Doors } from './doors.ts'
import { RunNews } from './run-news.ts'
import { type Allowed, isAllowed } from './views/tables.ts'
import type { Views } from './views.ts'

export interface FeedOptions {
  /** Between two looks at what has moved: at most so often is a name told. */
  readonly everyMs?: number
  /** Bytes that may wait for a client before it is cut off: it comes again, and is told all. */
  readonly waitingBytes?: number
  readonly clients?: number
}

/** Ticks between looks at the versions of tables, which lie on disk, as runs of others do; of rates; of signs of life. */
const [versionTicks, ratesTicks, aliveTicks] = [4, 4, 16]

/** What somebody who listens may hear of. */
interface Ear {
  readonly allowed: Allowed
  /** Of what is run on the project. */
  readonly runs: boolean
}

type Moved = ReadonlyMap<string, string | number>

/** Model → since when its builds fail; null: they do not any more. */
type Failing = ReadonlyMap<string, string | null>

/** Tells whoever listens how far tables, streams and runs are: one look at them for all listeners. */
export class ChangeFeed {
  readonly #doors: Pick<Doors, 'views' | 'builds'>
  readonly #context: Context
  readonly #options: Required<FeedOptions>
  readonly #clients = new Map<Readable, Ear>()
  readonly #runs: RunNews
  readonly #timer: NodeJS.Timeout
  #ticks = 0
  #looking = false
  #offsets: Moved = new Map()
  #versions: Moved = new Map()
  /** As it was told. */
  #failing: Failing = new Map()
  /** As it was found last: models can take long to be read, and nothing else waits for that. */
  #failingNow: Failing = new Map()
  #looksAtFailing = false
  #quiet = true

  /** The doors may open later. */
  constructor(doors: Pick<Doors, 'views' | 'builds'>, context: Context, options: FeedOptions = {}) {
    this.#doors = doors
    this.#context = context
    this.#runs = new RunNews(() => doors.builds)
    this.#options = { everyMs: 250, waitingBytes: 64 * 1024, clients: 1000, ...options }
    this.#timer = setInterval(() => this.#tick(), this.#options.everyMs).unref()
  }

  get clients(): number {
    return this.#clients.size
  }

  /** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). REQUESTS_TOO_MANY. */
  async listen({ allowed, runs }: Ear): Promise<Readable> {
    const limit = this.#options.clients
    if (this.#clients.size >= limit)
      throw new MillraceError('REQUESTS_TOO_MANY', { limit, unit: 'for changes at once' })
    const versions = await this.#views.versions(this.#context)
    void this.#lookAtFailing()
    const failing = this.#failingNow
    const offsets = this.#views.offsets()
    // whoever was alone has missed what moved meanwhile
    if (this.#clients.size === 0) [this.#versions, this.#offsets, this.#failing] = [versions, offsets, failing]
    if (runs && !this.#hearsRuns) this.#newsOfRuns(() => this.#runs.begin())
    const underWay = runs ? this.#runs.running : []
    // what comes from now on has a rate
    this.#views.sample(this.#context.now())
    const client = new Readable({ read: () => undefined })
    client.on('close', () => this.#clients.delete(client))
    // one that is cut off before its answer has begun is nobody's fault
    client.on('error', () => undefined)
    this.#clients.set(client, { allowed, runs })
    this.#send(client, `retry: 2000\n${eventText('advanced', advancedOf({ versions, offsets, failing }, allowed))}`)
    if (underWay.length > 0) this.#send(client, eventText('runs', { runs: [...underWay] }))
    return client
  }

  /** Ends what is listened to. */
  close(): void {
    clearInterval(this.#timer)
    for (const client of this.#clients.keys()) client.push(null)
    this.#clients.clear()
  }

  get #views(): Views {
    return this.#doors.views
  }

  #tick(): void {
    this.#ticks++
    this.#tellRuns()
    if (this.#looking) return
    this.#looking = true
    // a look that fails, as one before the doors are open, is made again: what moved is told by the next
    this.#look()
      .catch(() => undefined)
      .finally(() => {
        this.#looking = false
      })
  }

  async #look(): Promise<void> {
    if (this.#ticks % ratesTicks === 0) this.#views.sample(this.#context.now())
    if (this.#clients.size === 0) return
    const looksAtTables = this.#ticks % versionTicks === 0
    const versions = looksAtTables ? await this.#views.versions(this.#context) : this.#versions
    if (looksAtTables) void this.#lookAtFailing()
    const failing = this.#failingNow
    const offsets = this.#views.offsets()
    const moved = {
      versions: movedOf(this.#versions, versions),
      offsets: movedOf(this.#offsets, offsets),
      failing: turnedOf(this.#failing, failing),
    }
    ;[this.#versions, this.#offsets, this.#failing] = [versions, offsets, failing]
    for (const [client, { allowed }] of this.#clients) {
      const told = advancedOf(moved, allowed)
      if (Object.values(told).some((each) => Object.keys(each).length > 0))
        this.#send(client, eventText('advanced', told))
      if (this.#ticks % aliveTicks === 0)
        this.#send(client, eventText('alive', { at: new Date(this.#context.now()).toISOString() }))
    }
    if (this.#ticks % ratesTicks === 0) this.#tellRates()
  }

  /** One that fails is made again, with the next look at the tables. */
  async #lookAtFailing(): Promise<void> {
    if (this.#looksAtFailing) return
    this.#looksAtFailing = true
    try {
      this.#failingNow = await this.#views.failing(this.#context)
    } catch {
      // what is wrong with the models is told where they are asked for
    } finally {
      this.#looksAtFailing = false
    }
  }

  get #hearsRuns(): boolean {
    return [...this.#clients.values()].some(({ runs }) => runs)
  }

  #tellRuns(): void {
    if (!this.#hearsRuns) return
    const news = this.#newsOfRuns(() => this.#runs.next(this.#ticks % versionTicks === 0))
    if (news.length === 0) return
    for (const [client, { runs }] of this.#clients) if (runs) this.#send(client, eventText('runs', { runs: [...news] }))
  }

  /** What was run is state that may be thrown away: all else is told without it. */
  #newsOfRuns(look: () => readonly RunTold[]): readonly RunTold[] {
    try {
      return look()
    } catch (error) {
      if (isError(error, 'STATE_CORRUPT')) return []
      throw error
    }
  }

  #tellRates(): void {
    const busy = this.#views.streams('all').filter(({ rates }) => rates.received > 0)
    // that all has come to rest is told once
    if (busy.length === 0 && this.#quiet) return
    this.#quiet = busy.length === 0
    for (const [client, { allowed }] of this.#clients) {
      const own = busy.filter(({ name }) => isAllowed(allowed, name))
      const told: RatesTold = { streams: Object.fromEntries(own.map(({ name, rates }) => [name, rates])) }
      this.#send(client, eventText('rates', told))
    }
  }

  #send(client: Readable, text: string): void {
    if (client.readableLength > this.#options.waitingBytes) {
      this.#clients.delete(client)
      client.destroy(new Error('the client reads too slowly'))
    } else client.push(text)
  }
}

function eventText(event: string, data: Advanced | RatesTold | RunsTold | Alive): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** What is otherwise now; a table that is gone is not told. */
function movedOf(before: Moved, now: Moved): Moved {
  return new Map([...now].filter(([name, at]) => before.get(name) !== at))
}

/** Models whose builds fail since another time than before, and those whose do no more. */
function turnedOf(before: Failing, now: Failing): Failing {
  const well = [...before.keys()].filter((model) => !now.has(model)).map((model) => [model, null] as const)
  return new Map([...[...now].filter(([model, since]) => before.get(model) !== since), ...well])
}

interface Movements {
  readonly versions: Moved
  readonly offsets: Moved
  readonly failing: Failing
}

function advancedOf({ versions, offsets, failing }: Movements, allowed: Allowed): Advanced {
  const own = (moved: Moved | Failing) => [...moved].filter(([name]) => isAllowed(allowed, name))
  return {
    tables: Object.fromEntries(own(versions)) as Record<string, number>,
    streams: Object.fromEntries(own(offsets)) as Record<string, string>,
    failing: Object.fromEntries(own(failing)) as Record<string, string | null>,
  }
}
