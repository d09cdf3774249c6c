import { readFileSync } from 'node:fs'

/**
 * What processes hold in memory together, in bytes: pages of a file that several of them map, such as Node's own code, are
 * there once and count once. From /proc/PID/smaps (proc_pid_smaps(5)); a process that has ended holds nothing.
 */
export function heldBytes(pids: readonly string[]): number {
  let own = 0
  /** By part of a file: the most that one of them has of it. */
  const shared = new Map<string, number>()
  for (const pid of pids)
    for (const { part, resident, written } of mappingsOf(pid)) {
      own += part === undefined ? resident : written
      if (part !== undefined) shared.set(part, Math.max(shared.get(part) ?? 0, resident - written))
    }
  return own + [...shared.values()].reduce((sum, bytes) => sum + bytes, 0)
}

interface Mapping {
  /** Device, inode and offset; undefined where no file lies behind it. */
  readonly part: string | undefined
  readonly resident: number
  /** Of that, pages of its own. */
  readonly written: number
}

function mappingsOf(pid: string): readonly Mapping[] {
  return textOf(pid)
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .map((text) => {
      const [, , offset, device, inode = '0'] = text.slice(0, text.indexOf('\n')).split(/ +/)
      const of = (name: string): number => 1024 * Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
      const part = inode === '0' ? undefined : `${device}/${inode}/${offset}`
      return { part, resident: of('Rss'), written: of('Private_Dirty') }
    })
}

function textOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/smaps`, 'utf8')
  } catch {
    return ''
  }
}
