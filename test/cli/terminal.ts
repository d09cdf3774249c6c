import { PassThrough } from 'node:stream'
import type { OutputStream } from '../../src/cli/output.ts'
import { runProgram } from '../../src/cli/program.ts'

/** A stream that keeps what is written to it and says that it is a terminal of so many columns, or none. */
export function captured(columns?: number): { readonly stream: OutputStream; readonly text: () => string } {
  const stream = new PassThrough()
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const terminal = columns === undefined ? {} : { isTTY: true, columns }
  return {
    stream: Object.assign(stream, terminal),
    text: () => Buffer.concat(chunks).toString('utf8'),
  }
}

/** Runs a command line in this process as on a terminal of `columns`, or as in a pipe. */
export async function millrace(
  args: readonly string[],
  { columns, now = Date.now }: { readonly columns?: number; readonly now?: () => number } = {},
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const [stdout, stderr, stdin] = [captured(columns), captured(columns), new PassThrough()]
  const status = await runProgram(args, { stdin, stdout: stdout.stream, stderr: stderr.stream, now })
  return { status, stdout: stdout.text(), stderr: stderr.text() }
}

/** NDJSON as objects. */
export function json(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}
