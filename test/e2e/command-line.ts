import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from './shell.ts'

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  /** The last line of stderr, where errors stand. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string }
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts the command line as a process of its own, from source. */
export function start(args: readonly string[], { cwd, uid }: { readonly cwd: string; readonly uid?: number }): Started {
  const child = spawn(process.execPath, [join(root, 'scripts/millrace.ts'), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid, env: { ...process.env, HOME: cwd } }),
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk))
  const ended = once(child, 'close').then(([status, signal]): Ended => {
    const last = Buffer.concat(chunks.stderr).toString('utf8').trimEnd().split('\n').at(-1) ?? ''
    const error = last.startsWith('{') ? (JSON.parse(last) as Ended['error']) : { code: '', message: last, hint: '' }
    return { status, signal, stdout: Buffer.concat(chunks.stdout).toString('utf8'), error }
  })
  return { child, ended }
}

/** Runs a command line to its end. */
export function millrace(args: readonly string[], options: Parameters<typeof start>[1]): Promise<Ended> {
  return start(args, options).ended
}

/** Waits until `found` gives something; fails with `what` after a minute. */
export async function until<T>(what: string, found: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const result = found()
    if (result !== undefined) return result
    if (Date.now() > deadline) throw new Error(`never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
