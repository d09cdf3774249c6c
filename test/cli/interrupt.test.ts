import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'

/** A process whose command waits for its signal, then does `after`; its stdout says `ready`. */
function waiting(after: string) {
  const script = `
    import { inSession } from ${JSON.stringify(join(import.meta.dirname, '../../src/cli/session.ts'))}
    const { stdin, stdout, stderr } = process
    process.exitCode = await inSession({ stdin, stdout, stderr, now: Date.now }, {}, undefined, async ({ context }) => {
      const open = setInterval(() => undefined, 1000)
      stdout.write('ready\\n')
      await new Promise((done) => context.signal.addEventListener('abort', done))
      stdout.write('aborted\\n')
      ${after}
      clearInterval(open)
      context.signal.throwIfAborted()
    }, async () => 0)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script])
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  return { child, lines, stderr: () => Buffer.concat(errors).toString('utf8') }
}

test('the first Ctrl-C aborts the signal, and the command ends as cancelled', async () => {
  const { child, lines, stderr } = waiting('')
  expect((await lines.next()).value).toBe('ready')
  child.kill('SIGINT')
  const [status] = await once(child, 'close')
  expect(status).toBe(1)
  expect(JSON.parse(stderr().trim().split('\n').at(-1) ?? '')).toMatchObject({ code: 'CANCELLED' })
})

test('the second Ctrl-C ends a command that does not stop', async () => {
  const { child, lines } = waiting('await new Promise(() => undefined)')
  expect((await lines.next()).value).toBe('ready')
  child.kill('SIGINT')
  expect((await lines.next()).value).toBe('aborted')
  child.kill('SIGINT')
  const [status, signal] = await once(child, 'close')
  expect([status, signal]).toEqual([null, 'SIGINT'])
})

test('a reader that goes away (`| head`) is no failure', async () => {
  const bin = join(import.meta.dirname, '../../src/cli/output.ts')
  const script = `
    import { Output } from ${JSON.stringify(bin)}
    const output = new Output({ stdout: process.stdout, stderr: process.stderr })
    function* rows() { for (let row = 0; ; row++) yield [row, 'x'.repeat(100)] }
    await output.table([{ name: 'row' }, { name: 'text' }], rows())
    process.stderr.write('ended')`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script])
  onTestFinished(() => void child.kill('SIGKILL'))
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [status] = await once(child, 'close')
  expect([status, Buffer.concat(errors).toString('utf8')]).toEqual([0, 'ended'])
})
