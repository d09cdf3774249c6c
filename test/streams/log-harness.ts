import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Disk } from '../../src/storage/disk.ts'
import { nodeDisk } from '../../src/storage/disk.ts'
import type { Log, LogGroup, RecordKind } from '../../src/streams/log.ts'
import { openSegmentLog, type SegmentLogOptions } from '../../src/streams/segment-log.ts'

export const table = '6f2d3c1e-0000-4000-8000-000000000001'

export function openLog(folder: string, options: Partial<SegmentLogOptions> = {}): Promise<Log> {
  const disk: Disk = nodeDisk()
  return openSegmentLog({ disk, folder: join(folder, 'log', 'events'), table, contract: 1, now: () => 0, ...options })
}

/** Events of these texts. */
export function group(...texts: readonly string[]): LogGroup {
  const records = texts.map((text) => ({ kind: 'event' as const, payload: Buffer.from(text) }))
  return { records, counts: { received: texts.length, accepted: texts.length } }
}

export interface Line {
  readonly offset: bigint
  readonly receivedAtUs: number
  readonly kind: RecordKind | string
  readonly payload: string
}

/** The records of a log, read from its files as its ranges say. */
export function linesOf(log: Log, from = 0n): readonly Line[] {
  return log.ranges(from).flatMap(({ path, start, end }) => {
    const lines = readFileSync(path).subarray(start, end).toString().split('\n')
    return lines.flatMap((line) => {
      if (line === '' || line.startsWith('!')) return []
      const [offset = '', receivedAtUs, kind = '', ...payload] = line.split('\t')
      return [{ offset: BigInt(offset), receivedAtUs: Number(receivedAtUs), kind, payload: payload.join('\t') }]
    })
  })
}
