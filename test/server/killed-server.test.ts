import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/sources/seeded-random.ts'
import { tempFolder } from '../temp-folder.ts'
import { type Aim, aimed, aims } from './kill-aims.ts'
import { produce } from './producer.ts'
import { launch, type Started } from './started.ts'

/** `npm run test:crash`: 200 kills and a million events. */
const kills = Number(process.env['MILLRACE_KILLS'] ?? 10)
const events = Number(process.env['MILLRACE_EVENTS'] ?? 0)
const seed = Number(process.env['MILLRACE_SEED'] ?? Date.now() % 1_000_000)

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'killed',
  streams: {
    events: stream({
      columns: { id: 'varchar not null', n: 'bigint not null' },
      id: 'id',
      rules: { not_three: 'n % 10 <> 3' },
    }),
  },
})
`

const producers = ['a', 'b', 'c', 'd'] as const

/** A server, and another after each that was killed. */
class Victim {
  readonly #dir: string
  readonly #random: () => number
  server: Started | undefined
  /** Aim → how often it was killed there; apart, how often the place was not met in time. */
  readonly killed: Partial<Record<Aim, number>> = {}
  readonly missed: Partial<Record<Aim, number>> = {}

  constructor(dir: string, random: () => number) {
    this.#dir = dir
    this.#random = random
  }

  async start(): Promise<Started> {
    this.server = await this.#launch().ready
    return this.server
  }

  async kill(aim: Aim): Promise<void> {
    const { server } = this
    if (!server) throw new Error('there is no server to be killed')
    const met = await aimed(this.#dir, aim, this.#random, 4_000)
    const counts = met ? this.killed : this.missed
    counts[aim] = (counts[aim] ?? 0) + 1
    if (aim.startsWith('engine')) {
      for (const pid of await server.children()) tryKill(pid)
      return
    }
    this.server = undefined
    await server.kill('SIGKILL')
    if (aim === 'start') {
      const early = this.#launch()
      await aimed(this.#dir, 'any time', this.#random, 0)
      await early.kill('SIGKILL')
    }
    await this.start()
  }

  #launch() {
    const rows = events > 0 ? '500' : '40'
    const tmp = join(this.#dir, 'tmp')
    return launch(this.#dir, ['--flush-rows', rows, '--flush-seconds', '1'], { TMPDIR: tmp })
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended meanwhile
  }
}

test('what a server acknowledged is there once, however often it or its query process is killed', {
  timeout: 120_000 + kills * 20_000 + events,
}, async () => {
  console.info(`MILLRACE_SEED=${seed}`)
  const random = seededRandom(seed)
  const dir = await tempFolder()
  mkdirSync(join(dir, 'tmp'))
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const victim = new Victim(dir, random)
  await (await victim.start()).kill('SIGINT')
  checkpointOften(dir)
  await victim.start()
  let killed = 0
  const producing = producers.map((name) =>
    produce({
      name,
      list: join(dir, `acknowledged-${name}`),
      url: () => victim.server?.url,
      isOver: (sent) => killed >= kills && sent >= events / producers.length,
      size: events > 0 ? 50 : 7,
      // as much as a server that is killed every few seconds can bring to its table meanwhile
      pauseMs: events > 0 ? 50 : 0,
    }),
  )
  const first = Math.floor(random() * aims.length)
  for (; killed < kills; killed++) {
    await victim.kill(aims[(first + killed) % aims.length] as Aim)
    // with the producers at work
    if (victim.server) expect(await closes(victim.server)).toMatchObject({ closes: true, streams: [{ open: null }] })
  }
  const produced = await Promise.all(producing)
  console.info(
    JSON.stringify({ killed: victim.killed, missed: victim.missed, events: produced.map(({ sent }) => sent) }),
  )
  const wanted = (of: (n: number) => boolean) =>
    produced.map(({ acknowledged }) => acknowledged.filter((id) => of(Number(id.slice(2)))).toSorted())
  for (const { acknowledged, sent } of produced) expect(acknowledged.length).toBe(sent)
  let server = victim.server as Started
  const idsOf = async (sql: string) => {
    const found: unknown[][] = []
    for (const name of producers) {
      const ids: unknown[] = []
      // in parts: an answer has a million rows at most
      for (let digit = 0; digit < 10; digit++)
        for (const [id] of await server.ask(`SELECT id FROM (${sql}) WHERE id LIKE '${name}-%${digit}'`)) ids.push(id)
      found.push(ids.toSorted())
    }
    return found
  }
  const stored = 'SELECT id FROM events'
  const good = wanted((n) => n % 10 !== 3)
  expect(await idsOf(stored)).toEqual(good)
  expect(await server.ask("SELECT count(*) FROM events WHERE split_part(id, '-', 2) <> n::VARCHAR")).toEqual([[0]])
  await server.kill('SIGINT')
  server = await victim.start()
  // the id of a reject is free: what is sent again after the verdict is refused again, and supersedes it
  const refused = "SELECT json_extract_string(raw, '$.id') AS id FROM millrace.rejects WHERE state = 'open'"
  expect(await idsOf(refused)).toEqual(wanted((n) => n % 10 === 3))
  expect(await idsOf(stored)).toEqual(good)
  expect(await server.get('/v1/ledger')).toMatchObject({ closes: true, streams: [{ pending: 0 }] })
  await server.kill('SIGINT')
})

/** Sets the table's property, as another writer of Delta would: one in a hundred commits is not often hit. */
function checkpointOften(dir: string): void {
  const log = join(dir, 'lake/events/_delta_log')
  const commits = readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name))
  const actions = commits.flatMap((name) => readFileSync(join(log, name), 'utf8').split('\n').filter(Boolean))
  const { metaData } = actions.map((text) => JSON.parse(text)).findLast((action) => action.metaData !== undefined)
  const configuration = { ...metaData.configuration, 'delta.checkpointInterval': '3' }
  const name = `${String(commits.length).padStart(20, '0')}.json`
  writeFileSync(join(log, name), `${JSON.stringify({ metaData: { ...metaData, configuration } })}\n`)
}

/** The ledger, as soon as the query process can say it. */
async function closes(server: Started): Promise<unknown> {
  for (;;) {
    const answer = await server.get('/v1/ledger')
    if (!['ENGINE_LOST', 'TAIL_LOST', 'TAIL_LATE'].includes((answer as { code?: string }).code ?? '')) return answer
  }
}
