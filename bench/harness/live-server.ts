import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { heldBytes } from './memory.ts'

/** A server in a process of its own. */
export interface LiveServer extends AsyncDisposable {
  readonly url: string
  /** Processor time until now, in seconds, that of its children included. */
  cpuSeconds(): number
  /** What it has in memory now, its children included; what they share counts once. */
  memoryMB(): number
}

const millrace = join(import.meta.dirname, '../../scripts/millrace.ts')

/** `millrace start` in the folder of a project, once it is ready. */
export async function startMillrace(cwd: string, ...words: readonly string[]): Promise<LiveServer> {
  const server = await start([millrace, 'start', '--port', '0', ...words], cwd)
  while (!(await fetch(`${server.url}/readyz`)).ok) await setTimeout(50)
  return server
}

/** The server that checks nothing; see bare-server-main.ts. */
export function startBare(file: string): Promise<LiveServer> {
  return start([join(import.meta.dirname, 'bare-server-main.ts'), file], import.meta.dirname)
}

/** The server that finds rows in a map; see bare-map-main.ts. */
export function startMap(rows: number): Promise<LiveServer> {
  return start([join(import.meta.dirname, 'bare-map-main.ts'), String(rows)], import.meta.dirname)
}

function start(args: readonly string[], cwd: string): Promise<LiveServer> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let said = ''
    let isUp = false
    const read = (part: Buffer): void => {
      // nobody reads the lines of requests; they cost what they cost
      if (isUp) return
      said += part.toString()
      const url = /listen(?:s on|ing at) (http:[^"\s]+)/.exec(said)?.[1]
      if (url === undefined) return
      isUp = true
      resolve({
        url,
        cpuSeconds: () => sumOf(child.pid as number, (words) => Number(words[11]) + Number(words[12])) / 100,
        memoryMB: () => heldBytes(familyOf(child.pid as number)) / 2 ** 20,
        [Symbol.asyncDispose]: () => stop(child),
      })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', () => reject(new Error(`the server did not start: ${said}`)))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/**
 * Of a process and its children, from /proc: of the words after the name, which is the second, user and system time in
 * hundredths are numbers 11 and 12.
 */
function sumOf(pid: number, value: (words: readonly string[]) => number): number {
  return familyOf(pid).reduce((sum, id) => {
    const words = wordsOf(id)
    return words ? sum + value(words) : sum
  }, 0)
}

/** A process and its children. */
function familyOf(pid: number): readonly string[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes.filter((id) => Number(id) === pid || Number(wordsOf(id)?.[1]) === pid)
}

/** What follows the name of a process, which may hold anything; undefined for one that has ended. */
function wordsOf(pid: string): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
