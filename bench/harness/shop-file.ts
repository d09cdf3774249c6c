import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import type { Contract } from '../../src/contract/contract.ts'
import type { Context } from '../../src/core/context.ts'
import { loadProject } from '../../src/project/load.ts'
import type { Target } from '../../src/project/parse.ts'
import { writeShopFile } from '../../src/project/shop-data.ts'

const context: Context = { signal: new AbortController().signal, emit: () => {}, now: Date.now }

/** A file of generated shop events, of about 130 bytes a row. */
export async function makeShopFile(path: string, rows: number, say: (line: string) => void): Promise<string> {
  say(`writing ${rows} rows`)
  await writeShopFile(path, { rows, seed: 1, endMs: Date.UTC(2019, 11, 1), days: 30 }, context)
  return path
}

/** The same rows with an `event_id` each: a UUID made from the row's number, whose bits are as spread as chance has them. */
export async function addIds(file: string, path: string): Promise<string> {
  const to = createWriteStream(path)
  async function* lines(): AsyncGenerator<string> {
    let row = -1n
    let text = ''
    for await (const line of createInterface({ input: createReadStream(file) })) {
      text += row < 0n ? `event_id,${line}\n` : `${uuidOf(row)},${line}\n`
      row++
      if (text.length < 1 << 16) continue
      yield text
      text = ''
    }
    yield text
  }
  await pipeline(lines, to)
  return path
}

function uuidOf(row: bigint): string {
  const half = (odd: bigint): string =>
    BigInt.asUintN(64, (row + 1n) * odd)
      .toString(16)
      .padStart(16, '0')
  const [a, b] = [half(0x9e3779b97f4a7c15n), half(0xd1b54a32d192ed03n)]
  return `${a.slice(0, 8)}-${a.slice(8, 12)}-4${a.slice(13)}-8${b.slice(1, 4)}-${b.slice(4)}`
}

/** The contract of the events of `examples/shop`. */
export async function shopContract(byDay: boolean): Promise<Contract> {
  const dir = join(import.meta.dirname, '../../examples/shop')
  const { targets } = await loadProject(dir, { profile: 'local', variables: {} })
  const { contract } = targets.get('events') as Target
  return byDay ? contract : { ...contract, partitionBy: {} }
}
