import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DemoAnswer, plugged } from '../../../api/demo.ts'
import type { Context } from '../../../core/context.ts'
import { MillraceError } from '../../../core/errors.ts'
import { startDemoLoad } from '../../../project/demo-load.ts'
import { lastWords } from './last-words.ts'
import { demoVariable, type FromServer } from './messages.ts'

export interface SupervisorOptions {
  /** The project's folder. */
  readonly dir: string
  /** 0: one that is free. */
  readonly port: number
  /** A file for what the server logs. */
  readonly logFile: string
}

const main = join(import.meta.dirname, `server-main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`)

/** Events that are answered before the plug is pulled, so that it happens amid others. */
const eventsBefore = 500
/** What a server is given to end in order. */
const closeMs = 15_000

/** Watches over a demo's server: kills it when it is asked to, and starts it again whenever it has ended. */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions
  readonly #context: Context
  #child: ChildProcess | undefined
  #closing = false
  #url: string | undefined
  #ready = Promise.withResolvers<string>()
  #pulling: Promise<void> | undefined
  #state: DemoAnswer = plugged

  constructor(options: SupervisorOptions, context: Context) {
    this.#options = options
    this.#context = context
  }

  /** Starts the server; resolves to its address once it answers. DEMO_ENDED. */
  async start(): Promise<string> {
    this.#launch()
    return this.#ready.promise
  }

  get state(): DemoAnswer {
    return this.#state
  }

  /** Pulls the plug while events come; the same pull for whoever asks while it lasts. */
  pull(): Promise<void> {
    this.#pulling ??= this.#pull().finally(() => {
      this.#pulling = undefined
    })
    return this.#pulling
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), closeMs)
    await ended
    clearTimeout(late)
  }

  async #pull(): Promise<void> {
    const { now, signal } = this.#context
    const pulls = this.#state.pulls + 1
    this.#tell({ ...plugged, phase: 'sending', pulls })
    const load = startDemoLoad({ url: await this.#ready.promise, now, signal })
    try {
      await load.reached(eventsBefore)
      this.#tell({ ...plugged, phase: 'down', pulls })
      const pulledMs = now()
      this.#ready = Promise.withResolvers<string>()
      this.#child?.kill('SIGKILL')
      await this.#ready.promise
      const back = { ...plugged, pulls, down_ms: Math.round(now() - pulledMs) }
      this.#tell({ ...back, phase: 'counting' })
      const sent = await load.stop()
      const { rows, events } = await load.count()
      this.#tell({ ...back, phase: 'back', sent, here: events, twice: rows - events })
    } catch (error) {
      await load.stop().catch(() => undefined)
      if (signal.aborted) return
      this.#tell({ ...plugged, phase: 'failed', pulls })
      throw error
    }
  }

  #tell(state: DemoAnswer): void {
    this.#state = state
    if (this.#child?.connected) this.#child.send(state, () => undefined)
  }

  #launch(): void {
    const { dir, logFile, port } = this.#options
    const log = openSync(logFile, 'a')
    const loggedBefore = fstatSync(log).size
    const { MILLRACE_ADMIN_TOKEN: _, ...env } = process.env
    // the same address again: pages that wait for it come back by themselves
    const own = this.#url === undefined ? port : Number(new URL(this.#url).port)
    const child = fork(main, ['start', '--project', dir, '--port', String(own)], {
      // Ctrl-C is for this process, which ends the server in order
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', log, 'ipc'],
      env: { ...env, [demoVariable]: '1' },
    })
    closeSync(log)
    this.#child = child
    const { promise: answers, resolve, reject } = this.#ready
    let [isReady, isAgain] = [false, this.#url !== undefined]
    child.on('message', (message) => {
      const told = message as FromServer
      if (told.kind === 'pull') void this.pull().catch(() => undefined)
      else {
        isReady = true
        this.#url = told.url
        this.#tell(this.#state)
        resolve(told.url)
      }
    })
    child.on('exit', (code, signal) => {
      if (this.#closing) return
      if (isReady) return this.#launch()
      if (!isAgain) return void endedError(logFile, loggedBefore, signal ?? code).then(reject, reject)
      // the address, or the project, may be free in a moment
      isAgain = true
      void sleep(500).then(() => !this.#closing && this.#launch())
    })
    answers.catch(() => undefined)
  }
}

async function endedError(log: string, loggedBefore: number, ended: string | number | null): Promise<MillraceError> {
  const { message, hint } = (await lastWords(log, loggedBefore)) ?? {
    message: `it says nothing of why (${ended})`,
    hint: 'run the same command again',
  }
  return new MillraceError('DEMO_ENDED', { reason: message, remedy: hint, log })
}
