import { seededRandom } from '../src/sources/seeded-random.ts'

/** What was done to a line. */
export type Damage =
  | 'cut'
  | 'extra_column'
  | 'text_in_number'
  | 'fraction_in_integer'
  | 'no_such_date'
  | 'unclosed_quote'
  | 'bad_utf8'
  | 'nul'
  | 'wrong_delimiter'

/** Oddities that cost no row. */
export type Oddity = 'cr_only_end' | 'crlf_end' | 'blank_line' | 'byte_order_mark'

export interface DamagedLine {
  /** Counted from 1 with LF, CR LF and CR as line ends. */
  readonly line: number
  readonly damage: Damage
  /** The whole line as it is in the file. */
  readonly bytes: Buffer
}

export interface Damaged {
  readonly bytes: Buffer
  readonly damaged: readonly DamagedLine[]
  /** The lines that were left alone, without their ends. */
  readonly intact: readonly string[]
  readonly blank: number
  readonly oddities: readonly Oddity[]
}

/** Where in a record of the file each kind of damage can be done. */
export interface DamagePlan {
  readonly integerFields: readonly number[]
  readonly dateFields: readonly number[]
  readonly textFields: readonly number[]
  readonly delimiter: string
  /** Share of the lines. */
  readonly share: number
  readonly only?: readonly Damage[]
}

/** The columns of the shop's events. */
export const shopDamage: DamagePlan = {
  integerFields: [2, 7],
  dateFields: [0],
  textFields: [1, 5, 8],
  delimiter: ',',
  share: 0.03,
}

const kinds: readonly Damage[] = [
  'cut',
  'extra_column',
  'text_in_number',
  'fraction_in_integer',
  'no_such_date',
  'unclosed_quote',
  'bad_utf8',
  'nul',
  'wrong_delimiter',
]

/** Damages some lines of a delimited text with a header; the same seed does the same. */
export function damage(text: string, seed: number, plan: DamagePlan = shopDamage): Damaged {
  const [header = '', ...records] = text.split('\n').filter((line) => line !== '')
  const intact: string[] = []
  const notes: DamageNotes = { damaged: [], blank: 0, oddities: new Set(), intact: (line) => intact.push(line) }
  const bytes = Buffer.concat([...damageLines(header, records, seed, plan, notes)])
  const { damaged, blank, oddities } = notes
  return { bytes, damaged, intact, blank, oddities: [...oddities] }
}

/** What was done, as it is done. */
export interface DamageNotes {
  readonly damaged: DamagedLine[]
  readonly oddities: Set<Oddity>
  readonly intact: (line: string) => void
  blank: number
}

/** Damages lines as they come, for files that are too large for one text. */
export function* damageLines(
  header: string,
  records: Iterable<string>,
  seed: number,
  plan: DamagePlan,
  notes: DamageNotes,
): Generator<Buffer> {
  const random = seededRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  let line = 1
  if (random() < 0.3) {
    notes.oddities.add('byte_order_mark')
    yield Buffer.from('\ufeff')
  }
  yield Buffer.from(`${header}\n`)
  for (const record of records) {
    line++
    const chance = random()
    const oddEnd = random() < plan.share / 4
    const end = oddEnd ? pick(['\r', '\r\n']) : '\n'
    if (oddEnd) notes.oddities.add(end === '\r' ? 'cr_only_end' : 'crlf_end')
    let bytes: Buffer
    if (chance < plan.share) {
      const kind = pick(plan.only ?? kinds)
      bytes = damageLine(record, kind, plan, random)
      notes.damaged.push({ line, damage: kind, bytes })
    } else {
      bytes = Buffer.from(record)
      notes.intact(record)
    }
    yield bytes
    yield Buffer.from(end)
    // after a CR alone it would be the LF of one line end
    if (random() < plan.share / 4 && end !== '\r') {
      notes.oddities.add('blank_line')
      notes.blank++
      line++
      yield Buffer.from('\n')
    }
  }
}

function damageLine(record: string, kind: Damage, plan: DamagePlan, random: () => number): Buffer {
  const { delimiter } = plan
  const fields = record.split(delimiter)
  const at = (among: readonly number[]): number => among[Math.floor(random() * among.length)] as number
  const withField = (index: number, value: string): Buffer =>
    Buffer.from(fields.map((field, place) => (place === index ? value : field)).join(delimiter))
  const text = at(plan.textFields)
  const whole = at(plan.integerFields)
  switch (kind) {
    case 'cut': {
      const kept = 1 + Math.floor(random() * (fields.length - 1))
      return Buffer.from(fields.slice(0, kept).join(delimiter).slice(0, -1) || 'x')
    }
    case 'extra_column':
      return Buffer.from(`${record}${delimiter}x`)
    case 'text_in_number':
      return withField(whole, 'twelve')
    case 'fraction_in_integer':
      return withField(whole, `${fields[whole]}.5`)
    case 'no_such_date':
      return withField(at(plan.dateFields), '2019-11-31 00:00:00 UTC')
    case 'unclosed_quote':
      return withField(text, `"${(fields[text] ?? '').replaceAll('"', '')}`)
    case 'bad_utf8':
      return spliced(withField(text, '\u0001'), Buffer.from([0xff, 0xc3]))
    case 'nul':
      return spliced(withField(text, '\u0001'), Buffer.from([0x61, 0]))
    case 'wrong_delimiter':
      return Buffer.from(record.replaceAll(delimiter, delimiter === ';' ? ',' : ';'))
  }
}

/** Bytes in the place of the one byte 0x01. */
function spliced(line: Buffer, bytes: Buffer): Buffer {
  const at = line.indexOf(1)
  return Buffer.concat([line.subarray(0, at), bytes, line.subarray(at + 1)])
}
