import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { promisify } from 'node:util'

const packages = ['deltalake==1.6.6', 'pyarrow==26.0.1']

/** delta-rs in a Python process: the foreign reader and writer of the tests. */
export interface Deltalake extends AsyncDisposable {
  /** A command of `delta_rs.py`; throws what Python threw. */
  ask<Answer = Record<string, unknown>>(command: string, args: object): Promise<Answer>
}

/**
 * Starts it, and installs it outside of the work tree when it is not there yet. Where it cannot be had: the reason, or
 * with MILLRACE_REQUIRE_SERVICES=1 an error.
 */
export async function startDeltalake(): Promise<Deltalake | string> {
  try {
    const python = new Python(await installed())
    await python.ask('version', {})
    return python
  } catch (error) {
    const reason = `deltalake cannot be had: ${error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : error}`
    if (process.env['MILLRACE_REQUIRE_SERVICES'] === '1') throw new Error(reason, { cause: error })
    return reason
  }
}

/** The Python of an environment that has the packages. */
async function installed(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace-test')
  const home = join(cache, packages.join('-').replaceAll('==', '-'))
  const python = join(home, 'bin', 'python')
  if (existsSync(python)) return python
  const run = promisify(execFile)
  // made beside its place and renamed, so that what is there is whole, whoever else makes it at the same time
  const making = `${home}.${process.pid}`
  await mkdir(cache, { recursive: true })
  try {
    await run('python3', ['-m', 'venv', making])
    await run(join(making, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...packages])
    await rename(making, home)
  } catch (error) {
    if (!existsSync(python)) throw error
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return python
}

class Python implements Deltalake {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #lines: Interface
  readonly #waiting: {
    readonly command: string
    readonly resolve: (answer: never) => void
    readonly reject: (error: Error) => void
  }[] = []
  readonly #ended: Promise<unknown>
  #alive = true
  #errors = ''

  constructor(python: string) {
    this.#process = spawn(python, [join(import.meta.dirname, 'delta_rs.py')])
    this.#process.stderr.on('data', (bytes: Buffer) => {
      this.#errors = (this.#errors + bytes.toString()).slice(-4000)
    })
    this.#ended = once(this.#process, 'exit')
    this.#process.on('exit', (code) => {
      this.#alive = false
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`python ended (${code}): ${this.#errors}`))
    })
    this.#lines = createInterface({ input: this.#process.stdout })
    this.#lines.on('line', (line) => {
      const { result, error } = JSON.parse(line) as { readonly result?: never; readonly error?: string }
      const next = this.#waiting.shift()
      if (error === undefined) next?.resolve(result as never)
      else next?.reject(new Error(`${next.command}: ${error}`))
    })
  }

  ask<Answer>(command: string, args: object): Promise<Answer> {
    if (!this.#alive) return Promise.reject(new Error(`python has ended: ${this.#errors}`))
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject })
      this.#process.stdin.write(`${JSON.stringify({ command, arguments: args })}\n`)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end()
    await this.#ended
  }
}
