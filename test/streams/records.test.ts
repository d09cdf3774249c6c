import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { nodeDisk } from '../../src/storage/disk.ts'
import { readRecords, type StoredRecord } from '../../src/streams/records.ts'
import { tempFolder } from '../temp-folder.ts'
import { group, openLog } from './log-harness.ts'

const disk = nodeDisk()

test('records are read as they were appended, from any offset on, however large', async () => {
  await using log = await openLog(await tempFolder(), { segmentBytes: 6_000_000, now: () => 1_700_000_000_123.456 })
  const texts = ['{"a":1}', '', '\tx\t', 'x'.repeat(9_000_000), '{"b":2}', '!\t1', 'y'.repeat(5_000_000), 'é']
  await log.append(group(...texts.slice(0, 3)))
  await log.append({ records: [{ kind: 'reject', payload: Buffer.from('no') }], counts: { rejected: 1 } })
  await log.append({ records: [], counts: { received: 1, duplicates: 1 } })
  for (const text of texts.slice(3)) await log.append(group(text))
  await log.append({ records: [{ kind: 'mend', payload: Buffer.from('m') }], counts: { mended: 1 } })
  const expected = [...texts.slice(0, 3), 'no', ...texts.slice(3), 'm']
  for (const from of [0, 2, 3, 4, 5, 9]) {
    const read: StoredRecord[] = []
    for await (const piece of readRecords(disk, log.ranges(BigInt(from)), BigInt(from))) read.push(...piece)
    expect(read.map(({ offset }) => Number(offset))).toEqual(expected.keys().drop(from).toArray())
    expect(read.map(({ payload }) => Buffer.from(payload).toString())).toEqual(expected.slice(from))
    expect(new Set(read.map(({ receivedAtUs }) => receivedAtUs))).toEqual(new Set([1_700_000_000_123_456]))
    expect(read.filter(({ kind }) => kind !== 'event').map(({ offset, kind }) => [Number(offset), kind])).toEqual(
      [
        [3, 'reject'],
        [9, 'mend'],
      ].filter(([offset]) => Number(offset) >= from),
    )
  }
})

test('a line that is none says where it stands', async () => {
  await using log = await openLog(await tempFolder())
  await log.append(group('{"a":1}'))
  const [range] = log.ranges(0n)
  const file = readFileSync(range?.path ?? '', 'latin1')
  writeFileSync(range?.path ?? '', file.replace('\te\t', '\tz\t'))
  const reading = readRecords(disk, log.ranges(0n), 0n).next()
  await expect(reading).rejects.toMatchObject({ code: 'LOG_DAMAGED', fields: { byte: range?.start } })
})
