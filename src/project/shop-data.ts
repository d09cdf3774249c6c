import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'
import type { Context } from '../core/context.ts'
import { seededRandom } from '../sources/seeded-random.ts'
import { shopCatalog } from './shop-data/catalog.ts'
import { pace, type Rhythm, risingTimes, timeText } from './shop-data/rhythm.ts'
import { visits } from './shop-data/visits.ts'

/** Events of a made-up shop. Equal options give equal bytes. */
export interface ShopDataOptions {
  readonly rows: number
  readonly seed: number
  /** The instant at which the events end; whole seconds. */
  readonly endMs: number
  /** How many days before it they begin. */
  readonly days: number
  /** How long before the end a flash sale of ten minutes began; without it there is none. */
  readonly saleMs?: number
  /** A shop that has just taken off: most of its events are of the last days. */
  readonly isGrowing?: boolean
}

export const shopHeader =
  'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n'

const chunkRows = 2000
const dayMs = 86_400_000

/** Lines without a header, in the order of their times, a few thousand a piece. No piece holds lines of two days (UTC). */
export function* shopLines(options: ShopDataOptions): Generator<{ day: string; text: string }> {
  const { rows, seed } = options
  const random = seededRandom(seed)
  const rhythm = rhythmOf(options)
  const at = risingTimes(rhythm)
  const text = timeText()
  // a visit has an event about once a minute
  const open = Math.max(16, Math.round((rows / (rhythm.endMs - rhythm.startMs)) * 60_000))
  const next = visits(shopCatalog(), open, Math.max(200, Math.round(rows / 15)), random)

  let lines = ''
  let held = 0
  let day = Math.floor(rhythm.startMs / dayMs)
  let time = ''
  const add = (type: string, product: string, user: string, session: string) => {
    lines += `${time},${type},${product},${user},${session}\n`
  }
  const dayText = () => new Date(day * dayMs).toISOString().slice(0, 10)
  for (let row = 0; row < rows; row++) {
    const instant = at((row + random()) / rows)
    const own = Math.floor(instant / dayMs)
    if (held === chunkRows || own !== day) {
      if (held > 0) yield { day: dayText(), text: lines }
      lines = ''
      held = 0
      day = own
    }
    time = text(instant)
    next(add)
    held++
  }
  if (held > 0) yield { day: dayText(), text: lines }
}

function rhythmOf({ endMs: exactMs, days, saleMs, isGrowing = false }: Omit<ShopDataOptions, 'rows' | 'seed'>): Rhythm {
  const endMs = Math.floor(exactMs / 1000) * 1000
  const startMs = endMs - Math.round(days * 86_400) * 1000
  return { startMs, endMs, isGrowing, ...(saleMs !== undefined && { saleMs: endMs - saleMs }) }
}

/** How many events a second these go on with after their end, hour by hour. */
export function shopPace(options: Omit<ShopDataOptions, 'seed'>): (instantMs: number) => number {
  return pace(rhythmOf(options), options.rows)
}

/** Writes one CSV file; through gzip when its name ends in `.gz`. The file appears under its name when it is whole. */
export async function writeShopFile(file: string, options: ShopDataOptions, context: Context): Promise<void> {
  await writeFile(file, countedRows(shopLines(options), options.rows, context), context)
}

/** Writes a file a day, `<folder>/2026-11-20.csv.gz`; resolves to their paths. */
export async function writeShopDays(folder: string, options: ShopDataOptions, context: Context): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const written: string[] = []
  const pieces = countedRows(shopLines(options), options.rows, context)
  let piece = pieces.next()
  while (!piece.done) {
    const { day } = piece.value
    const ofDay = function* () {
      for (; !piece.done && piece.value.day === day; piece = pieces.next()) yield piece.value
    }
    const file = join(folder, `${day}.csv.gz`)
    await writeFile(file, ofDay(), context)
    written.push(file)
  }
  return written
}

function* countedRows(
  pieces: Iterable<{ day: string; text: string }>,
  rows: number,
  context: Context,
): Generator<{ day: string; text: string }> {
  let done = 0
  for (const piece of pieces) {
    yield piece
    done = Math.min(rows, done + chunkRows)
    context.emit({
      kind: 'pulse',
      type: 'task.progress',
      task: 'making the shop’s events',
      done,
      total: rows,
      unit: 'rows',
    })
  }
}

async function writeFile(file: string, pieces: Iterable<{ text: string }>, { signal }: Context): Promise<void> {
  const bytes = function* () {
    yield Buffer.from(shopHeader, 'latin1')
    for (const { text } of pieces) yield Buffer.from(text, 'latin1')
  }
  const unfinished = `${file}.part`
  const target = createWriteStream(unfinished)
  const source = Readable.from(bytes(), { highWaterMark: 4 })
  try {
    if (file.endsWith('.gz')) {
      const gzip = createGzip({ level: constants.Z_BEST_SPEED })
      await pipeline(source, gzip, target, { signal })
    } else await pipeline(source, target, { signal })
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw signal.aborted ? signal.reason : error
  }
}
