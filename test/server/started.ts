import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const millrace = join(import.meta.dirname, '../../scripts/millrace.ts')

/** A server as a process of its own. */
export interface Started {
  readonly url: string
  kill(signal: NodeJS.Signals): Promise<void>
  /** What a route answers. */
  get(path: string): Promise<unknown>
  /** All rows of an answer; throws with what the server says. */
  ask(sql: string): Promise<readonly (readonly unknown[])[]>
}

/** Starts the server of a project, once it is ready. It is killed with the test at the latest. */
export async function startProcess(dir: string, ...words: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [millrace, 'start', '--project', dir, '--port', '0', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (part: Buffer) => {
      said += String(part)
      const found = /listening at (http:[^"]+)"/.exec(said)
      if (found) resolve(found[1] as string)
    })
    child.on('exit', () => reject(new Error(said)))
  })
  await ready(url, () => child.exitCode ?? child.signalCode)
  return {
    url,
    async kill(signal) {
      child.kill(signal)
      await ended
    },
    get: async (path) => (await fetch(`${url}${path}`)).json(),
    async ask(sql) {
      const response = await fetch(`${url}/v1/query`, {
        method: 'POST',
        body: JSON.stringify({ sql, limit: 1_000_000 }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${sql}: ${text}`)
      return (JSON.parse(text) as { readonly rows: unknown[][] }).rows
    },
  }
}

/** Resolves when a server says that it is ready, or has ended. */
async function ready(url: string, ended: () => unknown): Promise<void> {
  while (ended() === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    await sleep(20)
  }
}
