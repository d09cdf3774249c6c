import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { LiveProject } from '../project/live.ts'
import { Output, type OutputStream, type Style } from './output.ts'
import { type Progress, progressOn } from './progress.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly project?: string
  readonly profile?: string
  readonly json?: boolean
}

/** What a command is given to work with. */
export interface Session {
  readonly output: Output
  readonly context: Context
  readonly progress: Progress
  readonly options: GlobalOptions
  readonly stdin: Surroundings['stdin']
  /** Where relative paths begin. */
  readonly cwd: string
  /** The project that this process has open, where a server carries the command out. */
  readonly beside?: Beside
  /** Runs another command line. */
  readonly program: Program
  /** The command has said what failed: its exit status is 1. */
  readonly failed: () => void
}

/** Where a command line runs; the tests hand in streams of their own. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly now: () => number
  /** Default: that of the process. */
  readonly cwd?: string
  /** Ctrl-C of whoever asked; without it that of this process. */
  readonly interrupted?: AbortSignal
  readonly beside?: Beside
}

/** What a server has open. */
export interface Beside {
  readonly live: LiveProject
  /** What writes is done one after the other. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>
}

/** Runs a command line; resolves to its exit status. */
export type Program = (args: readonly string[], surroundings: Surroundings) => Promise<number>

/** Runs `work` with progress on stderr and Ctrl-C as its signal; resolves to the exit status. */
export async function inSession(
  { stdin, stdout, stderr, now, beside, interrupted, cwd = process.cwd() }: Surroundings,
  options: GlobalOptions,
  style: Style | undefined,
  work: (session: Session) => Promise<void>,
  program: Program,
): Promise<number> {
  const output = new Output({ stdout, stderr, ...(style && { style }) })
  const progress = progressOn(stderr, now)
  const controller = new AbortController()
  const stop = () => {
    progress.clear()
    output.warn('stopping at the next safe point; press Ctrl-C again to end at once')
    controller.abort(new MillraceError('CANCELLED', { what: 'the command' }))
  }
  using _listening = interrupted ? abortOf(interrupted, stop) : interrupts(stop)
  const context: Context = { signal: controller.signal, emit: (event) => progress.emit(event), now }
  try {
    let status = 0
    const failed = () => {
      status = 1
    }
    await work({ output, context, progress, options, stdin, failed, cwd, program, ...(beside && { beside }) })
    progress.clear()
    return status
  } catch (error) {
    progress.clear()
    const cancelled = controller.signal.aborted && error === controller.signal.reason
    return output.error(cancelled ? new MillraceError('CANCELLED', { what: 'the command' }, error) : error)
  }
}

/** Ctrl-C (or SIGTERM) is told once; the second one ends the process as if nobody listened. */
export function interrupts(onFirst: () => void): Disposable {
  let isFirst = true
  const stop = (name: NodeJS.Signals) => {
    if (!isFirst) {
      release()
      process.kill(process.pid, name)
      return
    }
    isFirst = false
    onFirst()
  }
  const names = ['SIGINT', 'SIGTERM'] as const
  const release = () => {
    for (const name of names) process.removeListener(name, stop)
  }
  for (const name of names) process.on(name, stop)
  return { [Symbol.dispose]: release }
}

function abortOf(signal: AbortSignal, listener: () => void): Disposable {
  if (signal.aborted) listener()
  signal.addEventListener('abort', listener)
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', listener) }
}
