import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { succeed } from '../examples/example.ts'
import { type Started, startProcess } from '../server/started.ts'
import { tempFolder } from '../temp-folder.ts'
import { placePages } from './served-pages.ts'

export interface RunningShop {
  readonly dir: string
  readonly url: string
  server(): Started
  /** kill -9, and the same server at the same address; `meanwhile` runs when it is gone. */
  killed(meanwhile: () => Promise<void>): Promise<void>
}

/** The shop of the examples with some days behind it, its tables built, its server a process of its own. */
export async function runningShop({ rows = 3000 } = {}): Promise<RunningShop> {
  await placePages()
  const dir = join(await tempFolder(), 'shop')
  mkdirSync(dir)
  await succeed(dir, 'demo', dir, '--no-serve', '--rows', String(rows))
  let server = await startProcess(dir)
  const { url } = server
  return {
    dir,
    url,
    server: () => server,
    async killed(meanwhile) {
      await server.kill('SIGKILL')
      await meanwhile()
      server = await startProcess(dir, '--port', new URL(url).port)
    },
  }
}
