import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { isError, MillraceError } from '../../core/errors.ts'
import { findProject } from '../../project/load.ts'
import { profileOf, stateFolderOf } from '../../project/state-folder.ts'
import type { OutputStream } from '../output.ts'
import { type GlobalOptions, interrupts, type Surroundings } from '../session.ts'
import { answered, frame, framesOf, socketFormat, socketPath, type Terminal } from './frames.ts'

/**
 * Has the server of the project carry out a command line, as if it ran here; resolves to its exit status. undefined where
 * no server runs. SERVER_GONE.
 */
export async function askServer(
  args: readonly string[],
  options: GlobalOptions,
  { stdin, stdout, stderr, cwd = process.cwd() }: Surroundings,
): Promise<number | undefined> {
  const folder = folderOf(options, cwd)
  const socket = folder === undefined ? undefined : await connected(socketPath(folder))
  if (!socket) return undefined
  const send = (content: Parameters<typeof frame>[0]): void => void socket.write(frame(content))
  const forward = (chunk: Buffer | string): void => send({ stdin: Buffer.from(chunk).toString('base64') })
  const end = (): void => send({ stdin: null })
  using _interrupted = interrupts(() => send({ interrupt: true }))
  const facts = { stdin: { isTTY: stdin.isTTY === true }, stdout: terminalOf(stdout), stderr: terminalOf(stderr) }
  send({ run: { format: socketFormat, args: [...args], cwd, ...facts } })
  try {
    for await (const answer of framesOf(socket, answered)) {
      if ('exit' in answer) return answer.exit
      if ('stdout' in answer) await write(stdout, answer.stdout)
      else if ('stderr' in answer) await write(stderr, answer.stderr)
      else stdin.on('data', forward).once('end', end)
    }
  } catch (error) {
    throw new MillraceError('SERVER_GONE', { reason: (error as Error).message }, error)
  } finally {
    stdin.off('data', forward).off('end', end).pause()
    socket.destroy()
  }
  throw new MillraceError('SERVER_GONE', { reason: 'it has ended' })
}

/** Where the project that a command line means keeps its state; undefined where there is none, which the command tells. */
function folderOf({ project, profile }: GlobalOptions, cwd: string): string | undefined {
  try {
    return stateFolderOf(realpathSync(project ?? findProject(cwd)), profileOf(profile))
  } catch (error) {
    if (isError(error, 'PROJECT_NOT_FOUND') || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** undefined where nobody listens: what a killed server has left is no server. */
async function connected(path: string): Promise<Socket | undefined> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return socket
  } catch {
    socket.destroy()
    return undefined
  }
}

function terminalOf(stream: OutputStream): Terminal {
  const { isTTY = false, columns } = stream
  const depth = 'getColorDepth' in stream ? (stream.getColorDepth as () => number)() : 1
  return { isTTY, colours: depth, ...(columns !== undefined && { columns }) }
}

/** A reader that has gone ends the command: its output is no use. */
async function write(stream: OutputStream, base64: string): Promise<void> {
  if (!stream.write(Buffer.from(base64, 'base64'))) await once(stream, 'drain')
}
