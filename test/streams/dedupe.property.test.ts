import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type IdIndex, unknownContent, type Verdict } from '../../src/streams/dedupe.ts'
import { tempFolder } from '../temp-folder.ts'
import { batchOf, expectTaken, type IdsTable, idsTable, openIds, type Row, uuid } from './dedupe-harness.ts'

const names = Array.from({ length: 24 }, (_, at) => (at % 2 ? uuid(at) : `order ${at}`))

const rows = fc.array(fc.tuple(fc.constantFrom(...names), fc.integer({ min: 1, max: 2 })), {
  minLength: 1,
  maxLength: 6,
})

const end = fc.constantFrom('adopted', 'adopted', 'withdrawn', 'killed before', 'killed after')

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send'), rows, rejected: fc.nat(63) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fail'), rows }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('race'), rows, others: rows, fails: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flush'), end }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('bulk'), rows, end }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('foreign'), rows, noticed: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('restart'),
      loss: fc.constantFrom('nothing', 'manifest', 'manifest cut', 'run', 'page', 'run end'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('damage'), at: fc.nat() }) },
)

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** What the log and the table hold, as maps: the truth that an index is held against. */
class World {
  readonly folder: string
  readonly table: IdsTable
  /** Of the table, and of rows in the log that are not in it: id → content. */
  readonly stored = new Map<string, number>()
  unflushed = new Map<string, { readonly content: number; readonly offset: bigint }>()
  next = 0n
  commits = 0
  index: IdIndex | undefined

  constructor(folder: string) {
    this.folder = folder
    this.table = idsTable(folder)
  }

  get ids(): IdIndex {
    if (!this.index) throw new Error('the index is closed')
    return this.index
  }

  async open(): Promise<void> {
    this.index = await openIds(this.folder, this.table, { rules: true })
    const entries = [...this.unflushed]
    const batch = batchOf(
      this.ids,
      entries.map(([id, { content }]) => [id, content] as const),
    )
    this.ids.recover(batch, (at) => entries[at]?.[1].offset ?? 0n)
    this.judge([])
  }

  async close(): Promise<void> {
    await this.index?.[Symbol.asyncDispose]()
    this.index = undefined
  }

  judge(rejected: readonly (readonly [string, bigint])[]): void {
    const batch = batchOf(
      this.ids,
      rejected.map(([id]) => [id, 0] as const),
    )
    this.ids.judge(this.next, batch, (at) => rejected[at]?.[1] ?? 0n)
  }

  /** What must be said of a group. */
  expected(group: readonly Row[]): readonly Verdict[] {
    const earlier = new Map<string, number>()
    return group.map(([id, content]) => {
      const taken = this.stored.get(id) ?? this.unflushed.get(id)?.content ?? earlier.get(id)
      if (taken === undefined) earlier.set(id, content)
      return taken === undefined ? 'new' : taken === content ? 'duplicate' : 'conflict'
    })
  }

  async send(group: readonly Row[], { keep }: { readonly keep: boolean }): Promise<readonly bigint[]> {
    const reservation = this.ids.reserve(batchOf(this.ids, group))
    const verdicts = await reservation.verdicts
    expect(verdicts).toEqual(this.expected(group))
    if (!keep) {
      reservation.release()
      return []
    }
    return this.confirm(group, verdicts, (before) => reservation.confirm(before, (at) => at))
  }

  confirm(group: readonly Row[], verdicts: readonly Verdict[], tell: (first: bigint) => void): readonly bigint[] {
    const first = this.next
    const offsets = group.map((_, at) => first + BigInt(at))
    this.next += BigInt(group.length)
    for (const [at, [id, content]] of group.entries())
      if (verdicts[at] === 'new') this.unflushed.set(id, { content, offset: offsets[at] ?? 0n })
    tell(first)
    return offsets
  }
}

async function take(world: World, now: Step): Promise<void> {
  switch (now.kind) {
    case 'send': {
      const offsets = await world.send(now.rows, { keep: true })
      const rejected = now.rows.flatMap(([id], at) => {
        const isNew = world.unflushed.get(id)?.offset === offsets[at]
        return isNew && (now.rejected >> at) % 2 ? [[id, offsets[at] ?? 0n] as const] : []
      })
      for (const [id] of rejected) world.unflushed.delete(id)
      world.judge(rejected)
      return
    }
    case 'fail':
      await world.send(now.rows, { keep: false })
      return
    case 'race': {
      const first = world.ids.reserve(batchOf(world.ids, now.rows))
      const second = world.ids.reserve(batchOf(world.ids, now.others))
      const verdicts = await first.verdicts
      expect(verdicts).toEqual(world.expected(now.rows))
      if (now.fails) first.release()
      else world.confirm(now.rows, verdicts, (before) => first.confirm(before, (at) => at))
      world.judge([])
      expect(await second.verdicts).toEqual(world.expected(now.others))
      second.release()
      return
    }
    case 'flush': {
      const commit = uuid(1000 + world.commits++)
      await world.ids.seal(commit, world.next)
      const flushed = [...world.unflushed].map(([id, { content }]) => [id, content] as const)
      if (await commitRows(world, commit, flushed, now.end)) world.unflushed = new Map()
      return world.index ? undefined : world.open()
    }
    case 'bulk': {
      const commit = uuid(1000 + world.commits++)
      const bare = now.rows.map(([id]) => [id, unknownContent] as const)
      await world.ids.stage(commit, { batches: [batchOf(world.ids, bare)] })
      await world.ids.restage(commit)
      const fresh = now.rows.filter((_, at) => world.expected(now.rows)[at] === 'new')
      await commitRows(world, commit, fresh, now.end)
      return world.index ? undefined : world.open()
    }
    case 'foreign': {
      const group = now.rows.filter((_, at) => world.expected(now.rows)[at] === 'new')
      await world.table.append(group)
      for (const [id, content] of group) world.stored.set(id, content)
      if (now.noticed) return world.ids.follow()
      await world.close()
      return world.open()
    }
    case 'restart': {
      await world.close()
      lose(join(world.folder, 't', '_millrace', 'ids'), now.loss)
      return world.open()
    }
    case 'damage': {
      const folder = join(world.folder, 't', '_millrace', 'ids')
      const runs = readdirSync(folder).filter((name) => name.endsWith('.run'))
      const name = runs[now.at % (runs.length || 1)]
      if (name) flip(join(folder, name), 0)
      return
    }
    default:
      return now satisfies never
  }
}

/** What becomes of a commit whose ids were sealed or staged; whether it was made. The index is closed by a kill. */
async function commitRows(
  world: World,
  commit: string,
  added: readonly Row[],
  ends: 'adopted' | 'withdrawn' | 'killed before' | 'killed after',
): Promise<boolean> {
  const isMade = ends === 'adopted' || ends === 'killed after'
  const version = isMade ? await world.table.append(added, commit) : -1
  if (isMade) for (const [id, content] of added) world.stored.set(id, content)
  if (ends === 'adopted') await world.ids.adopt(commit, version)
  else if (ends === 'withdrawn') await world.ids.withdraw(commit)
  else await world.close()
  return isMade
}

function lose(folder: string, loss: string): void {
  const [run] = readdirSync(folder).filter((name) => name.endsWith('.run'))
  const manifest = join(folder, 'manifest')
  if (loss === 'manifest') unlinkSync(manifest)
  if (loss === 'manifest cut') writeFileSync(manifest, readFileSync(manifest).subarray(0, 40))
  if (!run) return
  if (loss === 'run') unlinkSync(join(folder, run))
  if (loss === 'page') flip(join(folder, run), 0)
  if (loss === 'run end') flip(join(folder, run), -70)
}

/** Changes a bit of a file. */
function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  const byte = (at + bytes.length) % bytes.length
  bytes[byte] = (bytes[byte] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

test('an index says of every id what a map would, whatever is killed, lost, or committed by others', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
    const folder = await tempFolder()
    mkdirSync(join(folder, 't', 'commits'), { recursive: true })
    const world = new World(folder)
    await world.open()
    for (const each of steps) await take(world, each)
    const taken = [...world.stored, ...[...world.unflushed].map(([id, { content }]) => [id, content] as const)]
    const isTaken = (id: string) => taken.some(([other]) => other === id)
    await expectTaken(
      world.ids,
      taken,
      names.filter((id) => !isTaken(id)),
    )
    await world.close()
  })
  await fc.assert(property, { numRuns: process.env['MILLRACE_LONG'] ? 2000 : 60 })
}, 600_000)
