import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
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
  /** The command has said what failed: its exit status is 1. */
  readonly failed: () => void
}

/** Where a command line runs; the tests hand in streams of their own. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly now: () => number
}

/** Runs `work` with progress on stderr and Ctrl-C as its signal; resolves to the exit status. */
export async function inSession(
  { stdin, stdout, stderr, now }: Surroundings,
  options: GlobalOptions,
  style: Style | undefined,
  work: (session: Session) => Promise<void>,
): Promise<number> {
  const output = new Output({ stdout, stderr, ...(style && { style }) })
  const progress = progressOn(stderr, now)
  const interrupt = interruptSignal(() => {
    progress.clear()
    output.warn('stopping at the next safe point; press Ctrl-C again to end at once')
  })
  const context: Context = { signal: interrupt.signal, emit: (event) => progress.emit(event), now }
  try {
    let status = 0
    const failed = () => {
      status = 1
    }
    await work({ output, context, progress, options, stdin, failed })
    progress.clear()
    return status
  } catch (error) {
    progress.clear()
    const cancelled = interrupt.signal.aborted && error === interrupt.signal.reason
    return output.error(cancelled ? new MillraceError('CANCELLED', { what: 'the command' }, error) : error)
  } finally {
    interrupt[Symbol.dispose]()
  }
}

/** Ctrl-C (or SIGTERM) aborts the signal once; the second one ends the process as if nobody listened. */
function interruptSignal(onFirst: () => void): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      release()
      process.kill(process.pid, name)
      return
    }
    onFirst()
    controller.abort(new MillraceError('CANCELLED', { what: 'the command' }))
  }
  const names = ['SIGINT', 'SIGTERM'] as const
  const release = () => {
    for (const name of names) process.removeListener(name, stop)
  }
  for (const name of names) process.on(name, stop)
  return { signal: controller.signal, [Symbol.dispose]: release }
}
