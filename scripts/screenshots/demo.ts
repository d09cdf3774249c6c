import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const millrace = join(import.meta.dirname, '../millrace.ts')

/** A demo's shop of a fixed seed, as a process of its own. */
export async function openDemo(folder: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const words = ['demo', folder, '--serve', '--json', '--no-open', '--port', '0', '--seed', '1']
  const child = spawn(process.execPath, [millrace, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const close = async () => {
    child.kill('SIGINT')
    await ended
  }
  for await (const line of createInterface(child.stdout)) {
    const { url } = JSON.parse(line) as { readonly url?: string }
    if (url !== undefined) return { url, [Symbol.asyncDispose]: close }
  }
  throw new Error('the demo ended before its shop was open')
}
