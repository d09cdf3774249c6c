import { open } from 'node:fs/promises'
import { z } from 'zod'

const told = z.object({ code: z.string(), message: z.string(), hint: z.string() })
const lookedAtBytes = 64 * 1024

/** Why a server has ended, as it says it in the last lines of its log; undefined where it has not come to that. */
export async function lastWords(logFile: string, fromByte: number): Promise<z.infer<typeof told> | undefined> {
  await using file = await open(logFile)
  const { size } = await file.stat()
  const start = Math.max(fromByte, size - lookedAtBytes)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), { position: start })
  const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
  for (const line of lines.toReversed()) {
    const found = told.safeParse(parsed(line))
    if (found.success) return found.data
  }
  return undefined
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
