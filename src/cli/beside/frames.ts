import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * A command line that a server carries out for another process, over the socket in its state folder. Lines of JSON, format
 * 1; bytes are base64.
 *
 *     asks    {"run": {format, args, cwd, stdin, stdout, stderr}}  first, then  {"stdin": bytes | null}  {"interrupt": true}
 *     answers {"stdout": bytes}  {"stderr": bytes}  {"read": true} once stdin is read from  {"exit": status}  last
 */
export const socketFormat = 1

const terminal = z.object({ isTTY: z.boolean(), columns: z.int().optional(), colours: z.int() })

export type Terminal = z.infer<typeof terminal>

const run = z.object({
  format: z.literal(socketFormat),
  args: z.array(z.string()),
  cwd: z.string(),
  stdin: z.object({ isTTY: z.boolean() }),
  stdout: terminal,
  stderr: terminal,
})

export type RunFrame = z.infer<typeof run>

export const asked = z.union([
  z.strictObject({ run }),
  z.strictObject({ stdin: z.string().nullable() }),
  z.strictObject({ interrupt: z.literal(true) }),
])

export const answered = z.union([
  z.strictObject({ stdout: z.string() }),
  z.strictObject({ stderr: z.string() }),
  z.strictObject({ read: z.literal(true) }),
  z.strictObject({ exit: z.int() }),
])

/** The longest path of a socket, less what a system may need: `sun_path` has 104 bytes and more. */
const longestPath = 100

/** Where the server of a state folder listens; not in it where that path is too long for a socket. */
export function socketPath(stateFolder: string): string {
  const path = join(stateFolder, 'server.sock')
  if (Buffer.byteLength(path) <= longestPath) return path
  const name = createHash('sha256').update(path).digest('hex').slice(0, 24)
  return join(tmpdir(), `millrace-${name}.sock`)
}

/** The frames of a socket, in order; ends with it. */
export async function* framesOf<Frame>(pieces: AsyncIterable<Buffer>, shape: z.ZodType<Frame>): AsyncGenerator<Frame> {
  const waiting: Buffer[] = []
  for await (const piece of pieces) {
    let from = 0
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, from)) {
      const line = Buffer.concat([...waiting.splice(0), piece.subarray(from, end)])
      yield shape.parse(JSON.parse(line.toString()))
      from = end + 1
    }
    if (from < piece.byteLength) waiting.push(piece.subarray(from))
  }
}

export function frame(content: z.infer<typeof asked> | z.infer<typeof answered>): string {
  return `${JSON.stringify(content)}\n`
}
