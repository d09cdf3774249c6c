import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Spool } from '../../../src/connectors/spool/spool.ts'
import { MillraceError } from '../../../src/core/errors.ts'
import type { SpoolSource } from '../../../src/sources/spool-source.ts'
import { nodeDisk } from '../../../src/storage/disk.ts'
import type { Position } from '../../../src/streams/positions.ts'
import { tempFolder } from '../../temp-folder.ts'

const longAgo = new Date('2026-01-01')

interface Taken {
  readonly json: unknown
  readonly fault: string | undefined
  readonly raw: string
  readonly place: string
}

/** A folder `in` that a spool reads, and what it has handed over. */
async function spooling(given: Partial<SpoolSource> = {}) {
  const root = await tempFolder()
  const folder = join(root, 'in')
  mkdirSync(folder)
  const taken: Taken[] = []
  const positions = new Map<string, Position>()
  const troubles: unknown[] = []
  const state = { skewMs: 0, refusal: undefined as Error | undefined }
  const open = (again: Partial<SpoolSource> = {}) =>
    new Spool({
      name: 'drop',
      spool: { kind: 'spool', glob: 'in/*', into: 'events', ...given, ...again },
      root,
      disk: nodeDisk(),
      folders: [folder],
      reading: {
        dialect: { glob: 'in/*', root, header: false, delimiter: '|', columns: ['id', 'order'] },
        isNull: (_, text) => text === '',
      },
      positions: new Map([...positions].filter(([, { stamp }]) => stamp !== '')),
      take: async ({ body, events }, position) => {
        if (state.refusal) throw state.refusal
        const text = Buffer.from(body)
        for (const { start, end, fault, source } of events) {
          const raw = Buffer.from(source?.raw ?? []).toString()
          const json: unknown = fault ? undefined : JSON.parse(text.toString('utf8', start, end))
          taken.push({ json, raw, fault: fault?.code, place: source?.place ?? '' })
        }
        positions.set(position.path, position)
        const records = { first: 0n, indexes: [] }
        return { accepted: events.length, duplicates: 0, conflicts: 0, rejected: [], repeated: [], records }
      },
      onTrouble: (error) => troubles.push(error),
      context: {
        now: () => Date.now() + state.skewMs,
        emit: () => undefined,
        signal: new AbortController().signal,
      },
    })
  let spool: Spool | undefined = open()
  onTestFinished(async () => spool?.[Symbol.asyncDispose]())
  const ids = () => taken.map(({ raw }) => raw.split('|')[0])
  return {
    folder,
    taken,
    positions,
    troubles,
    state,
    close: async () => {
      await spool?.[Symbol.asyncDispose]()
      spool = undefined
    },
    reopen: (again?: Partial<SpoolSource>) => {
      spool = open(again)
    },
    /** Writes a file whole, under a name that is passed over, and renames it in. */
    drop(name: string, text: string | Buffer) {
      writeFileSync(join(folder, `.${name}`), text)
      // a rename that follows at once does not show in the times
      utimesSync(join(folder, `.${name}`), longAgo, longAgo)
      renameSync(join(folder, `.${name}`), join(folder, name))
    },
    file: (name: string) => join(folder, name),
    async until(expected: readonly string[]) {
      await vi.waitFor(() => expect(ids()).toEqual(expected), { timeout: 30_000, interval: 20 })
    },
    ids,
  }
}

test('a file that is renamed in is taken, its bad lines too, with what they are', async () => {
  const on = await spooling()
  on.drop('a.txt', '1|mocha 80\n2\n3|latte 70\n')
  await on.until(['1', '2', '3'])
  expect(on.taken).toEqual([
    { json: { id: '1', order: 'mocha 80' }, fault: undefined, raw: '1|mocha 80', place: 'line 1 of in/a.txt' },
    { json: undefined, fault: 'missing_fields', raw: '2', place: 'line 2 of in/a.txt' },
    { json: { id: '3', order: 'latte 70' }, fault: undefined, raw: '3|latte 70', place: 'line 3 of in/a.txt' },
  ])
})

test('hidden files, and those that end in .tmp, are passed over', async () => {
  const on = await spooling()
  for (const name of ['.a', 'b.tmp']) writeFileSync(on.file(name), '0|x\n')
  on.state.skewMs = 60_000
  // it comes after them
  on.drop('c', '1|x\n')
  await on.until(['1'])
})

test('a writer that stops in mid-line loses nothing, and a file that grows is read on', async () => {
  const on = await spooling()
  writeFileSync(on.file('a'), '1|x\n2|')
  on.drop('b', '10|x\n')
  await on.until(['10'])
  // three seconds later it is as it was: what lies behind it is looked at, and it is left alone
  on.state.skewMs += 3_000
  on.drop('c', '11|x\n')
  await on.until(['10', '11'])
  appendFileSync(on.file('a'), 'y\n')
  await on.until(['10', '11', '1', '2'])
  expect(on.taken.at(-1)?.json).toEqual({ id: '2', order: 'y' })
  appendFileSync(on.file('a'), '3|z\n')
  await on.until(['10', '11', '1', '2', '3'])
  expect(on.taken.at(-1)?.place).toBe('line 3 of in/a')
})

test('the last line of a file that was renamed in needs no end', async () => {
  const on = await spooling()
  on.drop('a', '1|x\n2|y')
  await on.until(['1', '2'])
})

test('a file that has come to rest within a line is told, and waited for', async () => {
  const on = await spooling()
  writeFileSync(on.file('a'), '1|x\n2|y')
  on.drop('b', '10|x\n')
  await on.until(['10'])
  on.state.skewMs += 10_000
  await vi.waitFor(() => expect(on.troubles).toMatchObject([{ code: 'SPOOL_LINE_OPEN' }]), { timeout: 30_000 })
  appendFileSync(on.file('a'), '\n')
  await on.until(['10', '1', '2'])
})

test('a clock that is set back holds up neither a file at rest nor one that gave an error', async () => {
  const on = await spooling()
  writeFileSync(on.file('a'), '1|x\n2|y')
  on.drop('b', '10|x\n')
  await on.until(['10'])
  on.state.skewMs -= 3_600_000
  on.drop('c', '20|x\n')
  await on.until(['10', '20'])
  on.state.skewMs += 10_000
  await vi.waitFor(() => expect(on.troubles).toMatchObject([{ code: 'SPOOL_LINE_OPEN' }]), { timeout: 30_000 })
  on.state.skewMs -= 3_600_000
  appendFileSync(on.file('a'), '\n')
  await on.until(['10', '20', '1', '2'])
})

test('another file of the name is read from its beginning, in place or renamed over it', async () => {
  const on = await spooling()
  on.drop('a', '1|x\n')
  await on.until(['1'])
  writeFileSync(on.file('a'), '2|x\n3|y\n')
  await on.until(['1', '2', '3'])
  on.drop('a', '4|z\n')
  await on.until(['1', '2', '3', '4'])
})

test('what was read is not read again when it is opened again; what has grown meanwhile is', async () => {
  const on = await spooling()
  on.drop('a', '1|x\n')
  on.drop('b', '2|x\n')
  await on.until(['1', '2'])
  await on.close()
  appendFileSync(on.file('b'), '3|x\n')
  on.drop('c', '4|x\n')
  on.reopen()
  await on.until(['1', '2', '4', '3'])
})

test('a file that was cut short within is taken up there, from the rows that were kept', async () => {
  const on = await spooling()
  const rows = Array.from({ length: 60_000 }, (_, at) => `${at}|mocha 80`)
  const { state } = on
  on.drop('a', `${rows.join('\n')}\n`)
  await vi.waitFor(() => expect(on.taken.length).toBeGreaterThan(0), { timeout: 30_000, interval: 1 })
  state.refusal = new MillraceError('LOG_BUSY', { bytes: 1, folder: 'x' })
  await on.close()
  const kept = on.taken.length
  state.refusal = undefined
  on.reopen()
  await vi.waitFor(() => expect(on.taken.length).toBe(rows.length), { timeout: 30_000 })
  expect(on.taken.map(({ raw }) => raw)).toEqual(rows)
  expect(kept).toBeLessThanOrEqual(rows.length)
  await vi.waitFor(() =>
    expect(on.positions.get('in/a')).toMatchObject({ whole: true, lines: 60_000, bytes: rows.join('\n').length + 1 }),
  )
})

test.each(['move', 'delete'] as const)(
  '%s: a file that was read leaves, and one of its name is another',
  async (done) => {
    const on = await spooling({ done })
    on.drop('a.txt', '1|x\n')
    await on.until(['1'])
    await vi.waitFor(() => expect(existsSync(on.file('a.txt'))).toBe(false))
    // the very same once more is another delivery
    on.drop('a.txt', '1|x\n')
    await on.until(['1', '1'])
    // it is set aside before it is gone
    await vi.waitFor(() => expect(readdirSync(on.folder)).toEqual(done === 'move' ? ['done'] : []))
    if (done === 'move') expect(readdirSync(on.file('done')).toSorted()).toEqual(['a-2.txt', 'a.txt'])
  },
)

/** A spool that has read `a.txt`, as it is when its server was killed while the file was set aside. */
async function killedAside(done: 'move' | 'delete') {
  const on = await spooling()
  on.drop('a.txt', '1|x\n')
  await on.until(['1'])
  await on.close()
  renameSync(on.file('a.txt'), on.file('.a.txt.read'))
  return { ...on, reopen: () => on.reopen({ done }) }
}

test.each(['move', 'delete'] as const)(
  '%s: what a killed server has set aside leaves at the next start',
  async (done) => {
    const on = await killedAside(done)
    on.reopen()
    await vi.waitFor(() => expect(readdirSync(on.folder)).toEqual(done === 'move' ? ['done'] : []))
    await vi.waitFor(() => expect(on.positions.get('in/a.txt')?.stamp).toBe(''))
    expect(on.ids()).toEqual(['1'])
  },
)

test('beside what was set aside another file of the name is read, and both leave', async () => {
  const on = await killedAside('delete')
  on.drop('a.txt', '2|x\n')
  on.reopen()
  await on.until(['1', '2'])
  await vi.waitFor(() => expect(readdirSync(on.folder)).toEqual([]))
})

test('what has grown since it was set aside is read on, and first where another file has its name', async () => {
  const on = await killedAside('delete')
  appendFileSync(on.file('.a.txt.read'), '2|x\n')
  on.drop('a.txt', '3|x\n')
  on.reopen()
  await vi.waitFor(() => expect(on.troubles).toMatchObject([{ code: 'SPOOL_NAME_TAKEN' }]), { timeout: 30_000 })
  on.state.skewMs += 60_000
  renameSync(on.file('a.txt'), on.file('b.txt'))
  await vi.waitFor(() => expect(on.ids().toSorted()).toEqual(['1', '2', '3']), { timeout: 30_000 })
  await vi.waitFor(() => expect(readdirSync(on.folder)).toEqual([]))
})

test('a hidden file of such a name that is not the one that was read stays', async () => {
  const on = await killedAside('delete')
  renameSync(on.file('.a.txt.read'), on.file('.b.txt.read'))
  writeFileSync(on.file('.a.txt.read'), '1|x\n')
  utimesSync(on.file('.a.txt.read'), longAgo, longAgo)
  on.reopen()
  await vi.waitFor(() => expect(on.positions.get('in/a.txt')?.stamp).toBe(''))
  expect(readdirSync(on.folder).toSorted()).toEqual(['.a.txt.read', '.b.txt.read'])
})

test('gzip is unpacked; an archive that has not come whole is told, and read when it has', async () => {
  const on = await spooling()
  const packed = gzipSync(Array.from({ length: 2_000 }, (_, at) => `${at}|${Math.sin(at)}\n`).join(''))
  on.drop('a.gz', packed.subarray(0, packed.length - 10))
  await vi.waitFor(() => expect(on.troubles).toMatchObject([{ code: 'FILE_UNREADABLE' }]), { timeout: 30_000 })
  on.drop('a.gz', packed)
  await vi.waitFor(() => expect(on.positions.get('in/a.gz')?.whole).toBe(true), { timeout: 30_000 })
  expect(on.ids()).toEqual(Array.from({ length: 2_000 }, (_, at) => String(at)))
})

test('a stream that takes nothing for a while gets everything later, once', async () => {
  const on = await spooling()
  on.state.refusal = new MillraceError('LOG_BUSY', { bytes: 1, folder: 'x' })
  on.drop('a', '1|x\n')
  await vi.waitFor(() => expect(on.troubles).toMatchObject([{ code: 'LOG_BUSY' }]), { timeout: 30_000 })
  on.state.refusal = undefined
  await on.until(['1'])
})
