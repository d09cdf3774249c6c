import { MillraceError } from '../../src/core/errors.ts'
import { type Disk, type DiskFile, diskError } from '../../src/storage/disk.ts'
import { changes, type DiskCall, interceptedDisk } from './calls.ts'

/** Ways in which the n-th call fails. */
export const faults = [
  /** It throws and has done nothing. */
  'throws before',
  /** It throws, though it has done what it should. */
  'throws after',
  /** A write leaves half of its bytes and throws. */
  'half a write',
  /** The process ends there, a write half done: no later call reaches the disk. */
  'gone',
  /** The disk is full from there on: what needs room fails, a write after half of its bytes. */
  'full',
] as const

export type Fault = (typeof faults)[number]

export interface FaultyDisk extends Disk {
  /** The call that failed first; undefined as long as none has. */
  readonly failed: () => DiskCall | undefined
  /** Calls so far that count for the fault. */
  readonly count: () => number
}

const needRoom: readonly DiskCall['name'][] = ['open', 'write', 'makeFolder', 'link', 'rename']

/** Does this call count for the fault? Reads leave nothing behind, so only an error of theirs can tell. */
export function counts(call: DiskCall, fault: Fault): boolean {
  switch (fault) {
    case 'throws before':
      return true
    case 'throws after':
    case 'gone':
      return changes(call)
    case 'half a write':
      return call.name === 'write'
    case 'full':
      return needRoom.includes(call.name)
    default:
      return fault satisfies never
  }
}

/** A disk whose n-th call, of those that count for the fault, fails in that way; n begins with 1. */
export function faultyDisk(disk: Disk, nth: number, fault: Fault): FaultyDisk {
  let count = 0
  let failed: DiskCall | undefined

  const wrapped = interceptedDisk(disk, async (call, perform) => {
    if (fault === 'gone' && failed) throw ioError(call)
    if (!counts(call, fault)) return perform()
    count++
    if (count < nth || (count > nth && fault !== 'full')) return perform()
    failed ??= call
    if (call.bytes && fault !== 'throws before') {
      const whole = fault === 'throws after'
      await perform(whole ? call.bytes : call.bytes.subarray(0, call.bytes.byteLength / 2))
    } else if (fault === 'throws after') {
      const result = await perform()
      if (call.name === 'open') await (result as DiskFile).close()
    }
    throw fault === 'full' ? new MillraceError('DISK_FULL', { path: call.path }) : ioError(call)
  })
  return { ...wrapped, failed: () => failed, count: () => count }
}

function ioError(call: DiskCall): unknown {
  return diskError(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }), call.name, call.path)
}
