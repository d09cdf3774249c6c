import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const millrace = join(import.meta.dirname, '../../scripts/millrace.ts')

/** `millrace demo` as a process of its own, once its shop is open. */
export async function openShop(dir: string) {
  const words = ['demo', dir, '--serve', '--json', '--port', '0', '--rows', '3000', '--rate', '10']
  const child = spawn(process.execPath, [millrace, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGINT')
    return (await ended)[0] as number | null
  }
  onTestFinished(async () => void (await stop()))
  for await (const line of createInterface(child.stdout)) {
    const { url } = JSON.parse(line) as { readonly url?: string }
    if (url !== undefined) return { url, stop }
  }
  throw new Error('the demo ended before its shop was open')
}
