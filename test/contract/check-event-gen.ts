import fc from 'fast-check'
import type { Contract, ContractColumn } from '../../src/contract/contract.ts'
import type { ColumnType } from '../../src/core/columns.ts'
import { blob, damaged, day, numeric, quirks, time, uuid } from './forms/texts.ts'
import { columnOf, contractOf } from './harness.ts'

const scalars = [
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'decimal(10,2)',
  'decimal(4,4)',
  'decimal(38,0)',
  'float',
  'double',
  'varchar',
  'date',
  'timestamptz',
  'uuid',
  'json',
  'blob',
]
const nested = [
  'bigint[]',
  'varchar[]',
  'json[]',
  'timestamptz[][]',
  'struct(x decimal(4,2), "y z" timestamptz, in struct(u uuid))',
  'struct(d date, l double[], j json)',
  'map(varchar, bigint)',
  'map(date, double[])',
  'map(bigint, struct(a boolean, b blob))',
]

const names = ['a', 'b_2', 'Price', 'é', 'user_id']

const formatsOf = (kind: string): fc.Arbitrary<readonly string[]> =>
  kind === 'timestamptz'
    ? fc.constantFrom(
        [],
        [],
        ['epoch_s'],
        ['epoch_ms'],
        ['epoch_us', '%d/%m/%Y %H:%M'],
        ['%Y-%m-%d %H:%M:%S UTC'],
        ['%d/%b/%Y:%H:%M:%S %z'],
        ['%m/%d/%y %I:%M %p'],
      )
    : kind === 'date'
      ? fc.constantFrom([], [], ['%d/%m/%Y'], ['%Y-%m-%d'], ['%B %d %Y'])
      : fc.constant([])

const columnArb = (name: string): fc.Arbitrary<ContractColumn> =>
  fc
    .record({
      type: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...scalars) }, fc.constantFrom(...nested)),
      required: fc.boolean(),
      nulls: fc.constantFrom(undefined, undefined, undefined, ['', 'NaN', ' -1 '], ['[]', 'x', '{}']),
      from: fc.constantFrom(
        undefined,
        undefined,
        undefined,
        `${name} text`,
        `$.${name}.b`,
        `$.top."${name} x".c`,
        `$.list[1].${name}`,
        `_${name}`,
      ),
      pii: fc.nat(9).map((n) => n === 0),
    })
    .chain(({ type, required, ...more }) =>
      formatsOf(type).map((formats) => {
        const { from, nulls, pii } = more
        return columnOf(name, `${type}${required ? ' not null' : ''}`, {
          formats,
          pii,
          ...(from !== undefined && { from }),
          ...(nulls !== undefined && { nulls }),
        })
      }),
    )

/** Zones that DuckDB's calendar and Node's do not differ in, years of tests being what they are. */
export const contracts: fc.Arbitrary<Contract> = fc
  .subarray(names, { minLength: 1, maxLength: 5 })
  .chain((chosen) =>
    fc.record({
      columns: fc.tuple(...chosen.map(columnArb)),
      unknown: fc.constantFrom('keep' as const, 'drop' as const, 'reject' as const),
      nan: fc.constantFrom('null' as const, 'null' as const, 'reject' as const),
      timezone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
      partition: fc.boolean(),
    }),
  )
  .map(({ columns, unknown, nan, timezone, partition }) => {
    const time = columns.find(({ type }) => type.kind === 'timestamptz')
    const id = columns.find(({ type }) => ['uuid', 'varchar', 'bigint', 'date', 'timestamptz'].includes(type.kind))
    return contractOf(columns, {
      unknown,
      nan,
      timezone,
      ...(id && { id: id.name }),
      ...(time && partition && { partitionBy: { day: time.name } }),
    })
  })

const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n', '\t ')
/** A text as a JSON string, some of its characters escaped where they need not be. */
const asString = (text: string, every: number): string =>
  `"${[...JSON.stringify(text).slice(1, -1)]
    .map((character, index, all) =>
      every > 0 &&
      index % every === 0 &&
      /[a-zA-Z0-9_\- é]/.test(character) &&
      !/[\\u0-9a-f]/i.test(all[index - 1] ?? ' ')
        ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
        : character,
    )
    .join('')}"`
const stringOf = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.constantFrom(0, 0, 0, 0, 1, 2, 3)).map(([given, every]) => asString(given, every))

const numbers = fc.constantFrom(
  ...['0', '-0', '1', '-1', '12.0', '12.50', '1.5', '9007199254740993', '-9223372036854775808', '9223372036854775808'],
  ...['1e3', '1E-2', '1e400', '-1e400', '0.1', '0.30000000000000004', '1.00000005960464477539062500000001'],
  ...['3.4028236e38', '100.00001', '1e-400', '123456789012345678901234567890', '99999999.99', '1.10', '2.5e0'],
)
const odd = fc.constantFrom(
  ...[
    'null',
    'true',
    'false',
    'NaN',
    '-Infinity',
    'inf',
    '[]',
    '{}',
    '[1,]',
    '01',
    '+1',
    '.5',
    'nul',
    "'x'",
    '"\\ud800"',
  ],
  ...[
    '"\\ud83d\\ude00"',
    '"\\u0000"',
    '"\\x"',
    '"a\\/b"',
    '"\\u001f\\u007f"',
    '""',
    '" "',
    '[[[[[[1]]]]]]',
    '{"a":1,"a":2}',
  ],
  ...['"[1]"', '"millrace-number-5d0c2f61-8f0e-4f4a-9f55-b1b2f1a6c7de:1"', '"\\"', '"\t"', '[NaN, null]', '{"_x": 1}'],
)
const anyJson: fc.Arbitrary<string> = fc.oneof(
  numbers,
  fc.json({ maxDepth: 3, stringUnit: 'binary' }).filter((text) => !/\\ud|\\u0000/.test(text)),
  stringOf(fc.constantFrom(...quirks)),
  odd,
)

const stamps = fc
  .constantFrom(
    ...[
      '2020-01-31 10:00:00',
      '2020-03-08 02:30:00',
      '2020-11-01 01:30:00',
      '2020-06-01T12:00:00.5+05:45',
      '2020-01-01',
    ],
    ...['2019-11-08 05:14:53 UTC', '0001-01-01 00:00:00Z', '9999-12-31 23:59:59.999999Z', '1969-12-31T23:59:59.9Z'],
    ...[
      '10/Oct/2000:13:55:36 -0700',
      '7/4/20 01:30 PM',
      '31/12/2019 10:00',
      '31/12/2019',
      'March 5 2020',
      '1511544070',
    ],
    ...['1511544070.5', '-1', '2019-1-8 5:14:53 UTC', '2020-1-5'],
  )
  .filter((text) => !/^(?:0001|9999).*[^Z]$/.test(text))

/** Beyond these years the zones of DuckDB and of Node are not the same. */
const settled = (text: string): boolean => {
  const year = Number(/(\d{4})-\d/.exec(text)?.[1] ?? 2000)
  return (year > 1901 && year < 2098) || text.includes('Z')
}

function textOf(type: ColumnType): fc.Arbitrary<string> {
  const text = (arb: fc.Arbitrary<string>) => {
    const most = fc.oneof({ weight: 4, arbitrary: arb }, { weight: 1, arbitrary: damaged(arb) })
    return stringOf(most.filter(settled))
  }
  switch (type.kind) {
    case 'boolean':
      return fc.oneof(
        fc.constantFrom('true', 'false', '1', '0', '2'),
        text(fc.constantFrom('yes', 'F', 'on', 'N', ' t')),
      )
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'float':
    case 'double':
      return fc.oneof(
        fc.integer().map(String),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
        numbers,
        numeric.filter((each) => /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(each)),
        text(numeric),
      )
    case 'varchar':
      return fc.oneof(
        stringOf(fc.string({ unit: 'binary' })).filter((each) => !/\\ud|\\u0000/.test(each)),
        numbers,
      )
    case 'date':
      return text(fc.oneof(day, stamps))
    case 'timestamptz':
      return fc.oneof(text(fc.oneof(time, stamps)), fc.integer().map(String), numbers)
    case 'uuid':
      return text(uuid)
    case 'blob':
      return text(fc.oneof(blob, fc.constantFrom('\\xAf', '\\x', 'YQ==')))
    case 'json':
      return anyJson
    case 'list':
      return fc
        .array(fc.tuple(member(type.of), space), { maxLength: 4 })
        .map((items) => `[${items.map(([item, gap]) => item + gap).join(',')}]`)
    case 'struct':
      return fc
        .tuple(
          ...type.fields.map((field) => fc.tuple(member(field.type), fc.nat(9), fc.nat(3))),
          fc.constantFrom('', '', '', '"more":1'),
        )
        .map((parts) => {
          const more = parts.at(-1) as unknown as string
          const pairs = type.fields.flatMap(({ name }, index) => {
            const [value, keep, every] = parts[index] as unknown as [string, number, number]
            return keep === 0 ? [] : [`${asString(name, every)}: ${value}`]
          })
          return `{${[...pairs, ...(more ? [more] : [])].join(',')}}`
        })
    case 'map':
      return fc
        .array(fc.tuple(stringOf(keyText(type.key)), member(type.value)), { maxLength: 3 })
        .map((pairs) => `{${pairs.map(([key, value]) => `${key}:${value}`).join(',')}}`)
    default:
      return type satisfies never
  }
}

/** JSON of a value that the type takes, in one of its forms. */
function goodOf(type: ColumnType): fc.Arbitrary<string> {
  const integer = (bits: number) => {
    const most = 2n ** BigInt(bits - 1)
    return fc
      .oneof(fc.bigInt({ min: -most, max: most - 1n }), fc.bigInt({ min: 0n, max: 99n }))
      .chain((value) =>
        fc.constantFrom(`${value}`, `${value}`, `"${value}"`, `${value}.0`, `" +${value < 0n ? -value - 1n : value} "`),
      )
  }
  switch (type.kind) {
    case 'boolean':
      return fc.constantFrom('true', 'false', '1', '"yes"', '"N"', '" off\\t"')
    case 'smallint':
      return integer(16)
    case 'integer':
      return integer(32)
    case 'bigint':
      return integer(64)
    case 'decimal': {
      const { precision, scale } = type
      const most = 10n ** BigInt(precision) - 1n
      return fc
        .tuple(fc.bigInt({ min: -most, max: most }), fc.constantFrom('', '0', '000'), fc.boolean())
        .map(([value, zeros, quoted]) => {
          const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
          const text = `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${scale > 0 ? `.${digits.slice(-scale)}${zeros}` : ''}`
          return quoted ? `"${text}"` : text
        })
    }
    case 'float':
    case 'double':
      return fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e38, min: -1e38 }).map(String),
        fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
        fc.tuple(fc.integer(), fc.nat(999), fc.integer({ min: -20, max: 20 })).map(([a, b, e]) => `${a}.${b}E${e}`),
        fc.constantFrom('NaN', '"inf"', '-0', '1.00000005960464477539062500000001', '"1."', '".5"', '-0.0', '0.1'),
      )
    case 'varchar':
      return fc.oneof(
        stringOf(fc.string({ unit: 'binary' })).filter((each) => !/\\ud|\\u0000/.test(each)),
        numbers,
      )
    case 'date':
      return stringOf(
        day.filter(
          (text) =>
            settled(text) && !Number.isNaN(Date.parse(text)) && new Date(text).getUTCDate() === Number(text.slice(8)),
        ),
      )
    case 'timestamptz':
      return stringOf(
        time.filter(
          (text) =>
            settled(text) &&
            !/[T ]24|:60|:07\.1234567/.test(text) &&
            new Date(text.slice(0, 10)).getUTCDate() === Number(text.slice(8, 10)),
        ),
      )
    case 'uuid':
      return stringOf(uuid)
    case 'blob':
      return stringOf(
        fc.oneof(
          blob.filter((text) => text !== ''),
          fc.constantFrom('\\xAf', '\\x', ' YQ=='),
        ),
      )
    case 'json':
      return fc.oneof(
        numbers,
        fc.json({ maxDepth: 3 }).filter((text) => !/\\ud|\\u0000/.test(text)),
        fc.constantFrom('"a\\/b"', '[ NaN,\n1.10 ]'),
      )
    case 'list':
      return fc
        .array(fc.tuple(orNull(goodOf(type.of)), space), { maxLength: 4 })
        .map((items) => `[${items.map(([item, gap]) => item + gap).join(',')}]`)
    case 'struct':
      return fc.tuple(...type.fields.map((field) => fc.tuple(orNull(goodOf(field.type)), fc.nat(9), fc.nat(3)))).map(
        (parts) =>
          `{${type.fields
            .flatMap(({ name }, index) => {
              const [value, keep, every] = parts[index] as unknown as [string, number, number]
              return keep === 0 ? [] : [`${asString(name, every)}: ${value}`]
            })
            .reverse()
            .join(',')}}`,
      )
    case 'map':
      return fc
        .uniqueArray(fc.tuple(stringOf(keyText(type.key)), orNull(goodOf(type.value))), {
          maxLength: 2,
          selector: ([key]) => JSON.parse(key) as string,
        })
        .map((pairs) => `{${pairs.map(([key, value]) => `${key}:${value}`).join(',')}}`)
    default:
      return type satisfies never
  }
}

function orNull(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 12, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom('null', 'NaN') })
}

function keyText(type: ColumnType): fc.Arbitrary<string> {
  if (type.kind === 'date') return day.filter(settled)
  return type.kind === 'bigint' ? fc.constantFrom('1', '2', '03', '3', 'x', ' 4') : fc.string({ maxLength: 3 })
}

function member(type: ColumnType): fc.Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary: textOf(type) }, { weight: 1, arbitrary: anyJson.filter(settled) })
}

/** A member that holds what a column of the contract is read from. */
function memberOf(column: ContractColumn): fc.Arbitrary<string> {
  const value = fc.oneof(
    { weight: 40, arbitrary: goodOf(column.type) },
    { weight: 8, arbitrary: textOf(column.type) },
    { weight: 1, arbitrary: anyJson.filter(settled) },
  )
  const wanted = column.from ?? column.name
  const around: Readonly<Record<string, (text: string) => string>> = {
    [`$.${column.name}.b`]: (text) => `"${column.name}":{"x":1.10,"b": ${text}}`,
    [`$.top."${column.name} x".c`]: (text) => `"top":{"${column.name} x":{"c":${text}}}`,
    [`$.list[1].${column.name}`]: (text) => `"list":[0,{"${column.name}":${text}}]`,
  }
  const wrap = around[wanted]
  if (wrap) return value.map(wrap)
  const key = fc
    .constantFrom(wanted, wanted, wanted, wanted, wanted, wanted, ` ${wanted}`, wanted.toUpperCase(), `${wanted}\t`)
    .chain((name) => fc.constantFrom(0, 0, 0, 0, 0, 1, 2).map((every) => asString(name, every)))
  return fc.tuple(key, space, value, space).map(([name, gap, text, end]) => `${name}${gap}:${gap}${text}${end}`)
}

/** Events as text: good ones, near-misses and garbage. */
export function eventsOf(contract: Contract): fc.Arbitrary<string> {
  const others = fc.oneof(
    { weight: 12, arbitrary: fc.constant('') },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.oneof(fc.constantFrom('more', 'x y', 'a/b~c', 'ü', 'constructor', ''), fc.string({ unit: 'binary' })),
          anyJson,
        )
        .map(([key, value]) => `${JSON.stringify(key)}:${value}`),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '"_id":1',
        '"_offset":"2"',
        '"__proto__":{"a":1}',
        '"\\u005fx":1',
        '"a":1',
        '"\\u0061":2',
      ),
    },
  )
  const members = fc.tuple(
    ...contract.columns.map((column) =>
      fc.tuple(memberOf(column), fc.nat(19)).map(([text, keep]) => (keep === 0 ? '' : text)),
    ),
    others,
  )
  return fc
    .tuple(members, space, fc.nat(29), fc.infiniteStream(fc.nat(1000)))
    .map(([parts, gap, damage, random]) => {
      const given = parts.filter((part) => part !== '')
      const text = `${gap}{${gap}${given.join(`,${gap}`)}${gap}}${gap}`
      if (damage > 0) return text
      const [at, what] = [random.next().value as number, random.next().value as number]
      const place = at % (text.length + 1)
      const put = ['', ',', '"', '}', '\\', '{', '[', ' ', '1', ':', '\u0001'][what % 11] as string
      return text.slice(0, place) + put + text.slice(place + (what % 2))
    })
    .filter((text) => text.isWellFormed() && !text.includes('\0'))
}
