import { readFileSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { MillraceError } from '../../core/errors.ts'
import { Turns } from '../../core/turns.ts'
import type { LiveProject } from '../../project/live.ts'
import { Output } from '../output.ts'
import type { Beside, Program, Surroundings } from '../session.ts'
import { asked, frame, framesOf, type RunFrame, socketPath, type Terminal } from './frames.ts'

/** The commands of other processes, until it is closed: what is under way is interrupted then, and waited for. */
export interface Commands extends AsyncDisposable {
  /** They wait for this. */
  open(live: LiveProject): void
  /** What writes beside them takes its turn too. */
  readonly inTurn: Beside['inTurn']
}

/**
 * Carries out the command lines of other processes in this one, which has the project open: what they write is in turn,
 * what they read has all that was acknowledged. The socket is the user's alone.
 */
export async function serveCommands(stateFolder: string, program: Program, now: () => number): Promise<Commands> {
  const path = socketPath(stateFolder)
  const opened = Promise.withResolvers<Beside>()
  opened.promise.catch(() => undefined)
  const running = new Map<Socket, Promise<void>>()
  const turns = new Turns()
  const inTurn: Beside['inTurn'] = (work) => turns.run(work)
  const server = createServer((socket) => {
    const done = carryOut(socket, async (surroundings, args) => {
      const refuse = (error: unknown) => new Output(surroundings).error(error)
      try {
        const beside = await opened.promise
        if (configOf(beside.live) !== beside.live.project.settings.text)
          return refuse(new MillraceError('SERVER_OUTDATED', {}))
        return await program(args, { ...surroundings, now, beside })
      } catch (error) {
        return refuse(error)
      }
    })
    running.set(socket, done)
    void done.finally(() => running.delete(socket))
  })
  // whoever has the project's lock is the only one: a socket that is there is nobody's
  await rm(path, { force: true })
  const before = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  } finally {
    process.umask(before)
  }
  await chmod(path, 0o600)
  return {
    open: (live) => opened.resolve({ live, inTurn }),
    inTurn,
    async [Symbol.asyncDispose]() {
      server.close()
      opened.reject(new MillraceError('SERVER_GONE', { reason: 'it is about to stop' }))
      for (const socket of running.keys()) socket.destroy()
      await Promise.all(running.values())
    },
  }
}

function configOf({ project }: LiveProject): string {
  return readFileSync(join(project.settings.folder, 'millrace.config.ts'), 'utf8')
}

type Carry = (surroundings: Omit<Surroundings, 'now' | 'beside'>, args: readonly string[]) => Promise<number>

/** One command line, from its first frame to its exit status. Never throws. */
async function carryOut(socket: Socket, carry: Carry): Promise<void> {
  const interrupted = new AbortController()
  // whoever was answered may have gone: what is read from it ends then
  socket.on('error', () => undefined)
  const stdin = stdinOf(socket)
  const outputs: Writable[] = []
  let ran: Promise<void> | undefined
  const run = async (given: RunFrame): Promise<void> => {
    const stdout = outputOf(socket, 'stdout', given.stdout)
    const stderr = outputOf(socket, 'stderr', given.stderr)
    outputs.push(stdout, stderr)
    const own = {
      stdin: Object.assign(stdin, given.stdin),
      stdout,
      stderr,
      cwd: given.cwd,
      interrupted: interrupted.signal,
    }
    const exit = await carry(own, given.args)
    await Promise.all(outputs.map((output) => new Promise((resolve) => output.end(resolve))))
    if (socket.writable) socket.end(frame({ exit }))
  }
  try {
    for await (const content of framesOf(socket, asked)) {
      if ('run' in content) ran ??= run(content.run)
      else if ('interrupt' in content) interrupted.abort()
      else stdin.push(content.stdin === null ? null : Buffer.from(content.stdin, 'base64'))
    }
  } catch {
    // whoever asked has gone in the middle of a frame, or speaks otherwise: it is as if it had hung up
    socket.destroy()
  }
  interrupted.abort()
  for (const output of outputs) output.destroy(Object.assign(new Error('whoever asked has gone'), { code: 'EPIPE' }))
  stdin.destroy()
  await ran?.catch(() => undefined)
}

/** Asks for what is typed or piped once somebody reads it. */
function stdinOf(socket: Socket): Readable {
  let isAsked = false
  return new Readable({
    read() {
      if (!isAsked && socket.writable) socket.write(frame({ read: true }))
      isAsked = true
    },
  })
}

function outputOf(socket: Socket, name: 'stdout' | 'stderr', { isTTY, columns, colours }: Terminal) {
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      const bytes = chunk.toString('base64')
      socket.write(frame(name === 'stdout' ? { stdout: bytes } : { stderr: bytes }), done)
    },
  })
  // whoever asked may be gone before a command listens
  stream.on('error', () => undefined)
  const facts = { isTTY, getColorDepth: () => colours, ...(columns !== undefined && { columns }) }
  return Object.assign(stream, facts)
}
