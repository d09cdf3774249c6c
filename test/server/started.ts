import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const millrace = join(import.meta.dirname, '../../scripts/millrace.ts')

/** A server as a process of its own. */
export interface Started {
  readonly url: string
  kill(signal: NodeJS.Signals): Promise<void>
  /** The processes that it has started: the one that runs queries. */
  children(): Promise<readonly number[]>
  /** What a route answers. */
  get(path: string): Promise<unknown>
  /** All rows; throws with what the server says, and where there are more than an answer takes. */
  ask(sql: string): Promise<readonly (readonly unknown[])[]>
}

/** A server that may not be ready yet. */
export interface Launched {
  /** Rejects when it ends before, with what it has said. */
  readonly ready: Promise<Started>
  kill(signal: NodeJS.Signals): Promise<void>
}

/** Starts the server of a project, once it is ready. It is killed with the test at the latest. */
export function startProcess(dir: string, ...words: readonly string[]): Promise<Started> {
  return launch(dir, words).ready
}

/** Starts the server of a project. It is killed with the test at the latest. */
export function launch(dir: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Launched {
  const child = spawn(process.execPath, [millrace, 'start', '--project', dir, '--port', '0', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  })
  const ended = once(child, 'exit')
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  onTestFinished(() => kill('SIGKILL'))
  const start = async (): Promise<Started> => {
    let said = ''
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (part: Buffer) => {
        said = (said + String(part)).slice(-10_000)
        const found = /listening at (http:[^"]+)"/.exec(said)
        if (found) resolve(found[1] as string)
      })
      child.on('exit', () => reject(new Error(said)))
    })
    await isReady(url, () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(said)
    })
    return {
      url,
      kill,
      children: () => childrenOf(child.pid as number),
      get: async (path) => (await fetch(`${url}${path}`)).json(),
      async ask(sql) {
        const response = await fetch(`${url}/v1/query`, {
          method: 'POST',
          body: JSON.stringify({ sql, limit: 1_000_000 }),
        })
        const text = await response.text()
        if (!response.ok) throw new Error(`${sql}: ${text}`)
        const { rows, truncated } = JSON.parse(text) as { readonly rows: unknown[][]; readonly truncated: boolean }
        if (truncated) throw new Error(`${sql}: there are more rows than ${rows.length}`)
        return rows
      },
    }
  }
  const ready = start()
  // whoever waits for it is told
  ready.catch(() => undefined)
  return { ready, kill }
}

/** Resolves when a server says that it is ready. */
async function isReady(url: string, assertAlive: () => void): Promise<void> {
  for (;;) {
    assertAlive()
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    await answer?.arrayBuffer().catch(() => undefined)
    if (answer?.ok) return
    await sleep(20)
  }
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  // it fails where there are none
  const found = await promisify(execFile)('pgrep', ['-P', String(pid)]).catch(() => ({ stdout: '' }))
  return found.stdout.split('\n').filter(Boolean).map(Number)
}
