import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Action, AddFile, Metadata } from '../../../src/lake/actions.ts'
import { type ChangeAt, type Reads, removeOf } from '../../../src/lake/change.ts'
import { judge } from '../../../src/lake/commit/conflict.ts'

const metadata: Metadata = {
  id: 'table-1',
  format: { provider: 'parquet', options: {} },
  schemaString: schema([{ name: 'k', type: 'long', nullable: true, metadata: {} }]),
  partitionColumns: [],
  configuration: {},
}

function schema(fields: readonly object[]): string {
  return JSON.stringify({ type: 'struct', fields })
}

function file(path: string, dataChange = true): AddFile {
  return { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange }
}

function change(some: Partial<ChangeAt>): ChangeAt {
  return { operation: 'WRITE', adds: [], removes: [], txns: [], reads: 'nothing', ...some }
}

function actionsOf(of: ChangeAt): Action[] {
  const isBlindAppend = of.reads === 'nothing' && of.removes.length === 0 && of.txns.length === 0
  return [
    { commitInfo: { operation: of.operation, isBlindAppend } },
    ...of.txns.map((txn) => ({ txn })),
    ...(of.metadata ? [{ metaData: of.metadata }] : []),
    ...(of.protocol ? [{ protocol: of.protocol }] : []),
    ...of.removes.map((remove) => ({ remove })),
    ...of.adds.map((add) => ({ add })),
  ]
}

function verdict(mine: ChangeAt, winner: ChangeAt) {
  return judge(mine, metadata, { version: 7, actions: actionsOf(winner) }).kind
}

describe('what two writers may do side by side', () => {
  const append = change({ adds: [file('new')] })
  const old = file('old')
  const readOld: Reads = { files: new Set(['old']), couldHold: () => true }
  const rewrite = change({ adds: [file('old2')], removes: [removeOf(old, 0, true)], reads: readOld })
  const compact = change({
    adds: [file('big', false)],
    removes: [removeOf(old, 0, false), removeOf(file('old1'), 0, false)],
    reads: { files: new Set(['old', 'old1']), couldHold: () => false },
  })
  const overwrite = change({ adds: [file('all')], removes: [removeOf(old, 0, true)], reads: 'everything' })
  const flush = change({ adds: [file('flushed')], txns: [{ appId: 'log', version: 5n }] })

  test.each([
    ['append', append, 'append', append, 'compatible'],
    ['append', append, 'overwrite', overwrite, 'compatible'],
    ['append', append, 'compaction', compact, 'compatible'],
    ['append', append, 'append with a txn', flush, 'compatible'],
    ['rewrite', rewrite, 'blind append', append, 'compatible'],
    ['overwrite', overwrite, 'blind append', append, 'compatible'],
    ['overwrite', overwrite, 'append with a txn', flush, 'conflict'],
    ['rewrite', rewrite, 'append with a txn', flush, 'conflict'],
    ['rewrite', rewrite, 'rewrite of the same file', rewrite, 'conflict'],
    ['rewrite', rewrite, 'compaction of the file', compact, 'conflict'],
    ['overwrite', overwrite, 'compaction', compact, 'conflict'],
    ['compaction', compact, 'append', append, 'compatible'],
    ['compaction', compact, 'append with a txn', flush, 'compatible'],
    ['compaction', compact, 'rewrite of one of its files', rewrite, 'conflict'],
    ['compaction', compact, 'compaction of the same files', compact, 'conflict'],
  ])('%s after %s%s', (_, mine, __, winner, expected) => {
    expect(verdict(mine, winner)).toBe(expected)
  })

  test('an append that says nothing of being blind is not taken for blind', () => {
    const winner = { version: 3, actions: [{ add: file('new') }] }
    expect(judge(overwrite, metadata, winner).kind).toBe('conflict')
    expect(judge(append, metadata, winner).kind).toBe('compatible')
  })

  test('what calls itself blind and carries a txn is not blind', () => {
    const actions = [
      { commitInfo: { isBlindAppend: true } },
      { txn: { appId: 'log', version: 5n } },
      { add: file('new') },
    ]
    expect(judge(overwrite, metadata, { version: 3, actions }).kind).toBe('conflict')
  })

  test('what must be serializable comes after blind appends too', () => {
    expect(verdict({ ...overwrite, isolation: 'Serializable' }, append)).toBe('conflict')
    expect(verdict({ ...append, isolation: 'Serializable' }, append)).toBe('compatible')
  })

  test('to have read a file that is gone is a conflict without removing it, and the other way about', () => {
    const winner = change({ removes: [removeOf(old, 0, true)], reads: readOld })
    expect(verdict(change({ adds: [file('sum')], reads: readOld }), winner)).toBe('conflict')
    expect(verdict(change({ adds: [file('sum')], reads: 'everything' }), winner)).toBe('conflict')
    expect(verdict(change({ removes: [removeOf(old, 0, true)] }), winner)).toBe('conflict')
  })

  test('files that could not hold what was read do not matter', () => {
    const reads: Reads = { files: new Set(['old']), couldHold: (add) => add.path === 'hit' }
    const mine = change({ removes: [removeOf(old, 0, true)], reads })
    expect(verdict(mine, change({ adds: [file('hit')], txns: flush.txns }))).toBe('conflict')
    expect(verdict(mine, change({ adds: [file('miss')], txns: flush.txns }))).toBe('compatible')
    expect(verdict(mine, change({ removes: [removeOf(file('other'), 0, true)], reads: readOld }))).toBe('compatible')
  })
})

describe('txn', () => {
  const mine = change({ adds: [file('a')], txns: [{ appId: 'log', version: 10n }] })
  const won = (...txns: (readonly [string, bigint])[]) =>
    change({ txns: txns.map(([appId, version]) => ({ appId, version })) })

  test('of another application is no conflict', () => expect(verdict(mine, won(['other', 10n]))).toBe('compatible'))
  test('at or past mine means that it is done', () => {
    expect(verdict(mine, won(['log', 10n]))).toBe('covered')
    expect(verdict(mine, won(['log', 9_007_199_254_740_993n]))).toBe('covered')
  })
  test('before mine means that mine must be made again', () => expect(verdict(mine, won(['log', 9n]))).toBe('conflict'))
  test('one of several covered is not all covered', () => {
    const two = change({ txns: [...mine.txns, { appId: 'in', version: 4n }] })
    expect(verdict(two, won(['log', 10n]))).toBe('conflict')
    expect(verdict(two, won(['log', 10n], ['in', 3n]))).toBe('conflict')
    expect(verdict(two, won(['log', 11n], ['in', 4n]))).toBe('covered')
  })
})

describe('metadata and protocol', () => {
  const k = { name: 'k', type: 'long', nullable: true, metadata: {} }
  const win = (some: Partial<Metadata>) => change({ metadata: { ...metadata, ...some } })
  const append = change({ adds: [file('a')] })
  const reader = change({ adds: [file('a')], reads: { files: new Set(), couldHold: () => false } })

  test.each([
    ['an option', {}, { configuration: { a: 'b' } }, 'compatible', 'compatible'],
    [
      'keys in another order',
      {},
      { schemaString: schema([{ type: 'long', metadata: {}, nullable: true, name: 'k' }]) },
      'compatible',
      'compatible',
    ],
    ['a nullable column', {}, { schemaString: schema([k, { ...k, name: 'n' }]) }, 'compatible', 'conflict'],
    [
      'a column that must not be null',
      {},
      { schemaString: schema([k, { ...k, name: 'n', nullable: false }]) },
      'conflict',
      'conflict',
    ],
    [
      'a generated column',
      {},
      { schemaString: schema([k, { ...k, name: 'n', metadata: { 'delta.generationExpression': 'k' } }]) },
      'conflict',
      'conflict',
    ],
    ['another type', {}, { schemaString: schema([{ ...k, type: 'string' }]) }, 'conflict', 'conflict'],
    ['a null forbidden', {}, { schemaString: schema([{ ...k, nullable: false }]) }, 'conflict', 'conflict'],
    [
      'a constraint',
      {},
      { schemaString: schema([{ ...k, metadata: { 'delta.invariants': 'k > 0' } }]) },
      'conflict',
      'conflict',
    ],
    ['a renamed column', {}, { schemaString: schema([{ ...k, name: 'K' }]) }, 'conflict', 'conflict'],
    ['other partitions', {}, { partitionColumns: ['k'] }, 'conflict', 'conflict'],
    ['another table', {}, { id: 'table-2' }, 'conflict', 'conflict'],
  ])('%s', (_, __, winner, forAppend, forReader) => {
    expect(verdict(append, win(winner))).toBe(forAppend)
    expect(verdict(reader, win(winner))).toBe(forReader)
  })

  test('two changes of it are a conflict', () => {
    const mine = change({ metadata: { ...metadata, description: 'x' } })
    expect(verdict(mine, win({}))).toBe('conflict')
    const protocol = { minReaderVersion: 1, minWriterVersion: 2 }
    expect(verdict(change({ protocol }), change({ protocol }))).toBe('conflict')
    expect(verdict(append, change({ protocol }))).toBe('compatible')
  })

  test('a change of the schema does not pass over files of the old one', () => {
    const retype = change({ metadata: { ...metadata, schemaString: schema([{ ...k, type: 'string' }]) } })
    const evolve = change({ metadata: { ...metadata, schemaString: schema([k, { ...k, name: 'n' }]) } })
    expect(verdict(retype, append)).toBe('conflict')
    expect(verdict(evolve, append)).toBe('compatible')
  })
})

/** A table whose rows are numbers, so that what a verdict allows can be compared with one writer after the other. */
type Rows = ReadonlyMap<string, readonly number[]>
type Deed =
  | { readonly do: 'append'; readonly rows: readonly number[]; readonly txn: boolean }
  | { readonly do: 'delete'; readonly from: number; readonly to: number }
  | { readonly do: 'overwrite'; readonly rows: readonly number[] }
  | { readonly do: 'add one to'; readonly from: number; readonly to: number }
  | { readonly do: 'compact'; readonly picks: readonly boolean[] }

const rows = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 })
const range = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.nat(6)).map(([from, width]) => ({ from, to: from + width }))
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('append' as const), rows, txn: fc.boolean() }),
  range.map((of) => ({ do: 'delete' as const, ...of })),
  fc.record({ do: fc.constant('overwrite' as const), rows }),
  range.map((of) => ({ do: 'add one to' as const, ...of })),
  fc.record({ do: fc.constant('compact' as const), picks: fc.array(fc.boolean(), { maxLength: 5 }) }),
)

/** What a deed means for the rows of a table, files or not. */
function mean(deed: Deed, before: readonly number[]): number[] {
  switch (deed.do) {
    case 'append':
      return [...before, ...deed.rows]
    case 'delete':
      return before.filter((row) => row < deed.from || row > deed.to)
    case 'overwrite':
      return [...deed.rows]
    case 'add one to':
      return before.map((row) => (row >= deed.from && row <= deed.to ? row + 1 : row))
    case 'compact':
      return [...before]
  }
}

/** The same deed as a change of files, with the rows of each new file. */
function plan(deed: Deed, who: string, table: Rows): { readonly change: ChangeAt; readonly rows: Rows } {
  const made = new Map<string, readonly number[]>()
  const add = (at: number, content: readonly number[], dataChange: boolean): AddFile[] => {
    if (content.length === 0) return []
    made.set(`${who}-${at}`, content)
    const stats = JSON.stringify({ minValues: { k: Math.min(...content) }, maxValues: { k: Math.max(...content) } })
    return [{ ...file(`${who}-${at}`, dataChange), stats }]
  }
  const remove = (paths: readonly string[], dataChange: boolean) =>
    paths.map((path) => removeOf(file(path), 0, dataChange))
  switch (deed.do) {
    case 'append': {
      const txns = deed.txn ? [{ appId: who, version: 1n }] : []
      return { change: change({ adds: add(0, deed.rows, true), txns }), rows: made }
    }
    case 'overwrite': {
      const adds = add(0, deed.rows, true)
      return { change: change({ adds, removes: remove([...table.keys()], true), reads: 'everything' }), rows: made }
    }
    case 'compact': {
      const picked = [...table].filter((_, at) => deed.picks[at])
      const paths = picked.map(([path]) => path)
      const adds = add(
        0,
        picked.flatMap(([, content]) => content),
        false,
      )
      const reads = { files: new Set(paths), couldHold: () => false }
      return { change: change({ operation: 'OPTIMIZE', adds, removes: remove(paths, false), reads }), rows: made }
    }
    case 'delete':
    case 'add one to': {
      const hit = [...table].filter(([, content]) => content.some((row) => row >= deed.from && row <= deed.to))
      const adds = hit.flatMap(([, content], at) => add(at, mean(deed, content), true))
      const paths = hit.map(([path]) => path)
      const couldHold = ({ stats = '{}' }: AddFile) => {
        const { minValues, maxValues } = JSON.parse(stats)
        return minValues.k <= deed.to && maxValues.k >= deed.from
      }
      const reads = { files: new Set(paths), couldHold }
      return { change: change({ adds, removes: remove(paths, true), reads }), rows: made }
    }
  }
}

function apply(
  table: Rows,
  { change: { adds, removes }, rows: made }: ReturnType<typeof plan>,
): Map<string, readonly number[]> {
  const after = new Map(table)
  for (const { path } of removes) {
    expect(after.has(path), `${path} is live when it is removed`).toBe(true)
    after.delete(path)
  }
  for (const { path } of adds) after.set(path, made.get(path) as readonly number[])
  return after
}

const isBlind = (deed: Deed) => deed.do === 'append' && !deed.txn

/** WriteSerializable: the free ones anywhere (blind appends may come later than they committed), the rest as they are. */
function orders(free: readonly Deed[], fixed: readonly Deed[]): readonly (readonly Deed[])[] {
  const [first, ...rest] = free
  if (!first) return [fixed]
  return orders(rest, fixed).flatMap((order) =>
    Array.from({ length: order.length + 1 }, (_, at) => [...order.slice(0, at), first, ...order.slice(at)]),
  )
}

const sorted = (numbers: readonly number[]) => JSON.stringify([...numbers].sort((a, b) => a - b))

test('what is compatible ends as one writer after the other would have ended', () => {
  fc.assert(
    fc.property(
      fc.array(rows, { maxLength: 5 }),
      fc.array(deeds, { minLength: 1, maxLength: 3 }),
      deeds,
      (start, others, deed) => {
        const table: Rows = new Map(
          start.filter((content) => content.length > 0).map((content, at) => [`base-${at}`, content]),
        )
        const mine = plan(deed, 'mine', table)
        let now: Rows = table
        let verdicts = ''
        for (const [at, other] of others.entries()) {
          const theirs = plan(other, `theirs${at}`, now)
          verdicts += judge(mine.change, metadata, { version: at, actions: actionsOf(theirs.change) }).kind
          now = apply(now, theirs)
        }
        if (verdicts.replaceAll('compatible', '') !== '') return
        const before = [...table.values()].flat()
        const ends = orders(
          [deed, ...others.filter(isBlind)],
          others.filter((other) => !isBlind(other)),
        ).map((order) => sorted(order.reduce((state, next) => mean(next, state), before)))
        expect(ends).toContain(sorted([...apply(now, mine).values()].flat()))
      },
    ),
    { numRuns: 3_000 },
  )
})

test('an append is never turned away, nor a compaction by appends', () => {
  fc.assert(
    fc.property(
      fc.array(rows, { maxLength: 5 }),
      deeds,
      rows,
      fc.boolean(),
      fc.array(fc.boolean()),
      (start, other, add, txn, picks) => {
        const table: Rows = new Map(
          start.filter((content) => content.length > 0).map((content, at) => [`base-${at}`, content]),
        )
        const append = { do: 'append' as const, rows: add, txn }
        expect(verdict(plan(append, 'mine', table).change, plan(other, 'theirs', table).change)).toBe('compatible')
        const compaction = plan({ do: 'compact', picks }, 'mine', table).change
        expect(verdict(compaction, plan(append, 'theirs', table).change)).toBe('compatible')
      },
    ),
  )
})
