import { init } from 'echarts'
import { expect, test } from 'vitest'
import type { EChart, TileData } from '../../src/charts/chart.ts'
import { type ChartName, chartOf, charts } from '../../src/charts/charts.ts'
import { formatter } from '../../src/charts/format.ts'
import type { NumberShown } from '../../src/charts/number/chart.ts'
import type { TableShown } from '../../src/charts/table/chart.ts'
import { unfinishedOf } from '../../src/charts/unfinished.ts'

const look = { theme: 'light', timezone: 'America/Hermosillo', locale: 'en-US' } as const

const minutes: TileData = {
  columns: [
    { name: 'minute', type: 'timestamptz' },
    { name: 'kind', type: 'varchar' },
    { name: 'n', type: 'bigint' },
  ],
  rows: [
    ['2026-11-22T07:00:00Z', 'view', '12'],
    ['2026-11-22T07:00:00Z', 'cart', '3'],
    ['2026-11-22T07:01:00Z', 'view', '15'],
  ],
}

const brands: TileData = {
  columns: [
    { name: 'department', type: 'varchar' },
    { name: 'brand', type: 'varchar' },
    { name: 'revenue', type: 'decimal(38,2)' },
  ],
  rows: [
    ['electronics', 'apple', '120.50'],
    ['electronics', '<b>samsung</b>', '80.25'],
    ['apparel', null, '20.00'],
    ['sport', 'x', null],
  ],
}

const drawn: Readonly<Record<Exclude<ChartName, 'number' | 'table'>, readonly [TileData, Record<string, unknown>]>> = {
  line: [minutes, { x: 'minute', y: ['n'], series: 'kind' }],
  area: [minutes, { x: 'minute', y: ['n'], series: 'kind' }],
  bar: [brands, { x: 'department', y: ['revenue'], series: 'brand', format: 'money(USD)' }],
  treemap: [brands, { levels: ['department', 'brand'], value: 'revenue', format: 'money(USD)' }],
  pie: [brands, { label: 'brand', value: 'revenue' }],
}

function svgOf(option: EChart): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 320 })
  chart.setOption(option)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

for (const [name, [data, options]] of Object.entries(drawn)) {
  test(`${name} is drawn by ECharts in both themes, and without any rows`, () => {
    const chart = chartOf(name as ChartName)
    expect(chart.options.parse(options)).toEqual(options)
    expect(chart.fits(data.columns, options)).toBeUndefined()
    const [light, dark] = (['light', 'dark'] as const).map((theme) =>
      svgOf(chart.draw(data, options, { ...look, theme }) as EChart),
    )
    expect(light).toContain('<path')
    expect(light).not.toBe(dark)
    expect(light).not.toContain('<b>')
    expect(svgOf(chart.draw({ ...data, rows: [] }, options, look) as EChart)).toContain('<svg')
  })
}

test('a series each has its points at the times that the project’s clocks show, in the order of their names', () => {
  const [data, options] = drawn.line
  const { series } = charts.line.draw(data, options as never, look) as unknown as {
    series: { name: string; data: unknown }[]
  }
  expect(series.map(({ name, data }) => [name, data])).toEqual([
    [
      'cart',
      [
        [Date.UTC(2026, 10, 22, 0, 0), 3],
        [Date.UTC(2026, 10, 22, 0, 1), null],
      ],
    ],
    [
      'view',
      [
        [Date.UTC(2026, 10, 22, 0, 0), 12],
        [Date.UTC(2026, 10, 22, 0, 1), 15],
      ],
    ],
  ])
})

test('a stack has a value of each series at each place', () => {
  const [data, options] = drawn.area
  const { series } = charts.area.draw(data, options as never, look) as unknown as { series: { data: unknown[][] }[] }
  expect(series[0]?.data.map(([, y]) => y)).toEqual([3, 0])
})

const hours = (unfinished: string | null): TileData => ({
  columns: [
    { name: 'hour', type: 'timestamp' },
    { name: 'kind', type: 'varchar' },
    { name: 'n', type: 'bigint' },
  ],
  rows: [
    ['2026-11-22T12:00:00', 'cart', '4'],
    ['2026-11-22T12:00:00', 'view', '40'],
    ['2026-11-22T13:00:00', 'view', '50'],
    ['2026-11-22T14:00:00', 'cart', '1'],
    ['2026-11-22T14:00:00', 'view', '6'],
  ],
  unfinished,
})
const byHour = { x: 'hour', y: ['n'], series: 'kind' }
const clock = (hour: number) => Date.UTC(2026, 10, 22, hour)
const [running, over] = ['2026-11-22T14:00:00.000', '2026-11-22T15:00:00.000']

interface Lines {
  readonly series: readonly { name: string; stack?: string; data: unknown[]; lineStyle: object; tooltip?: object }[]
  readonly xAxis: { readonly axisPointer: { readonly label: { formatter(at: { value: number }): string } } }
}

test('the stretch to an hour that is not over is dashed, and says so', () => {
  for (const name of ['line', 'area'] as const) {
    const option = charts[name].draw(hours(running), byHour, look)
    expect(svgOf(option)).toContain('stroke-dasharray')
    const { series, xAxis } = option as unknown as Lines
    expect(series.map(({ name }) => name)).toEqual(['cart', 'view', 'cart', 'view'])
    // what is pointed at is the whole line, whose last point hangs on nothing
    expect(series[1]?.data).toEqual([
      [clock(12), 40],
      [clock(13), 50],
      [null, null],
      [clock(14), 6],
    ])
    expect(series[3]).toMatchObject({
      data: [{ value: [clock(13), 50], symbol: 'none' }, [clock(14), 6]],
      lineStyle: { type: [3, 3] },
      tooltip: { show: false },
    })
    expect(series[3]?.stack).toBe(name === 'area' ? 'unfinished' : undefined)
    const said = xAxis.axisPointer.label.formatter
    expect(said({ value: clock(14) })).toMatch(/14:00, so far$/)
    expect(said({ value: clock(13) })).toMatch(/13:00$/)
  }
})

test('a bar of an hour that is not over is hatched', () => {
  const drawn = (unfinished: string | null, horizontal = false) =>
    charts.bar.draw(hours(unfinished), { ...byHour, horizontal }, look) as unknown as Lines
  expect(drawn(running).series[0]?.data).toEqual([
    [clock(12), 4],
    [clock(13), 0],
    { value: [clock(14), 1], itemStyle: { decal: expect.anything() } },
  ])
  expect(drawn(running, true).series[0]?.data.at(-1)).toMatchObject({ value: [1, clock(14)] })
  expect(drawn(over).series[0]?.data.at(-1)).toEqual([clock(14), 1])
})

test('where the newest hour is over, or comes later than this one, nothing is marked', () => {
  for (const unfinished of [null, over, '2026-11-22T13:00:00.000']) {
    for (const name of ['line', 'area', 'bar'] as const) {
      const { series, xAxis } = charts[name].draw(hours(unfinished), byHour, look) as unknown as Lines
      expect(series.map(({ data }) => data.length)).toEqual([3, 3])
      expect(xAxis.axisPointer.label.formatter({ value: clock(14) })).toMatch(/14:00$/)
    }
  }
  expect(unfinishedOf(hours(running), 'hour', look)?.text).toMatch(/14:00, so far$/)
  expect(unfinishedOf(hours(over), 'hour', look)).toBeUndefined()
})

test('a treemap adds up what lies in each part, and leaves out what has no size', () => {
  const [data, options] = drawn.treemap
  const { series } = charts.treemap.draw(data, options as never, look) as unknown as {
    series: { data: { name: string; value: number; children: { name: string }[] }[] }[]
  }
  expect(series[0]?.data.map(({ name, value }) => [name, value])).toEqual([
    ['electronics', 200.75],
    ['apparel', 20],
  ])
  expect(series[0]?.data[1]?.children[0]?.name).toBe('(none)')
})

test('a treemap writes names so that they are read on their colour, and what is too small for a name is one part', () => {
  const rows = ['a', 'b', 'tiny', 'dust', 'speck'].map((department, at) => [department, 'x', String(at < 2 ? 500 : 5)])
  const options = { levels: ['department', 'brand'], value: 'revenue' }
  type Part = {
    name: string
    value: number
    itemStyle: { color: string }
    children: { name: string; label: { color: string } }[]
  }
  for (const theme of ['light', 'dark'] as const) {
    const { series } = charts.treemap.draw({ ...brands, rows }, options, { ...look, theme }) as unknown as {
      series: { data: Part[] }[]
    }
    const parts = series[0]?.data ?? []
    expect(parts.map(({ name, value }) => [name, value])).toEqual([
      ['a', 500],
      ['b', 500],
      ['3 others', 15],
    ])
    expect(parts[2]?.children.map(({ name }) => name)).toEqual(['tiny', 'dust', 'speck'])
    for (const { itemStyle, children } of parts)
      expect(contrast(itemStyle.color, children[0]?.label.color ?? '')).toBeGreaterThanOrEqual(4.5)
  }
})

/** As WCAG 2 has it. */
function contrast(...colours: readonly [string, string]): number {
  const [a = 0, b = 0] = colours.map((colour) => {
    const [red = 0, green = 0, blue = 0] = (colour.slice(1).match(/../g) ?? []).map((hex) => {
      const share = Number.parseInt(hex, 16) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
  })
  return Math.max(a, b) / Math.min(a, b)
}

test('parts that are equal keep their places: their names are the last that they are put in order by', () => {
  const columns = (by: readonly { readonly column: string }[]) => by.map(({ column }) => column)
  const treemap = { levels: ['department', 'brand'], value: 'revenue' }
  expect(columns(charts.treemap.arrange(treemap).by)).toEqual(['revenue', 'department', 'brand'])
  expect(columns(charts.pie.arrange({ label: 'brand', value: 'revenue' }).by)).toEqual(['revenue', 'brand'])
})

test('a pie of many slices has the smallest as one', () => {
  const rows = Array.from({ length: 12 }, (_, at) => ['d', `brand ${at}`, String(100 - at)])
  const { series } = charts.pie.draw({ ...brands, rows }, { label: 'brand', value: 'revenue' }, look) as unknown as {
    series: { data: { name: string; value: number }[] }[]
  }
  expect(series[0]?.data.length).toBe(7)
  expect(series[0]?.data.at(-1)).toMatchObject({ name: '6 others', value: 94 + 93 + 92 + 91 + 90 + 89 })
})

test('a pie has the whole in its middle, once', () => {
  const { series } = charts.pie.draw(
    brands,
    { label: 'brand', value: 'revenue', format: 'money(USD)' },
    look,
  ) as unknown as {
    series: { data: { value: number }[]; label: { formatter: (slice: { dataIndex: number }) => string } }[]
  }
  const texts = series[0]?.data.map((_, dataIndex) => series[0]?.label.formatter({ dataIndex }))
  expect(texts?.filter((text) => text !== '')).toEqual([expect.stringMatching(/^\$[\d.]+K?$/)])
})

const one = (value: string | null): TileData['rows'] => [[value]]
const total = (rows: TileData['rows'], previous?: TileData['rows']): TileData => ({
  columns: [{ name: 'revenue', type: 'decimal(38,2)' }],
  rows,
  ...(previous && { previous }),
})

test('where there is little room money has three digits', () => {
  const short = formatter('money(USD)', 'short', 'en')
  expect([250.6, 999.4, 12.5, 0.25, 2107.4, 1_234_567, 0].map(short)).toEqual([
    '$251',
    '$999',
    '$12.5',
    '$0.25',
    '$2.11K',
    '$1.23M',
    '$0',
  ])
})

test('a number is written with every digit, and against the period before', () => {
  const options = { value: 'revenue', format: 'money(USD)', compare: 'previous_period' } as const
  const shown = charts.number.draw(total(one('9007199254740993.25'), one('1')), options, look) as NumberShown
  expect(shown.text).toBe('$9,007,199,254,740,993.25')
  expect(charts.number.draw(total(one('112'), one('100')), options, look)).toMatchObject({
    trend: { way: 'up', mood: 'good', text: '+12%', before: '$100.00', beforeShort: '$100' },
  })
  expect(charts.number.draw(total(one('98.2'), one('100')), { ...options, better: 'down' }, look)).toMatchObject({
    trend: { way: 'down', mood: 'good', text: '-1.8%' },
  })
  expect(charts.number.draw(total(one('5'), one(null)), options, look)).toMatchObject({
    trend: { text: '', before: '–' },
  })
  expect(charts.number.draw(total([]), options, look)).toMatchObject({ text: '–', isEmpty: true })
})

test('a table has the columns that are named, in their order, with values to sort by', () => {
  const shown = charts.table.draw(brands, { columns: [{ column: 'revenue', format: 'money(EUR)' }, 'brand'] }, look)
  expect(shown as TableShown).toMatchObject({
    columns: [
      { name: 'revenue', title: 'Revenue', isNumber: true },
      { name: 'brand', title: 'Brand', isNumber: false },
    ],
    texts: [
      ['€120.50', 'apple'],
      ['€80.25', '<b>samsung</b>'],
      ['€20.00', ''],
      ['–', 'x'],
    ],
  })
  expect((shown as TableShown).values[0]).toEqual([120.5, 'apple'])
})

test('a channel names the column that it takes, and never another', () => {
  expect(charts.line.fits(minutes.columns, { x: 'minute', y: ['count'] })).toEqual({
    channel: 'y',
    column: 'count',
    reason: 'missing',
  })
  expect(charts.pie.fits(brands.columns, { label: 'department', value: 'brand' })).toEqual({
    channel: 'value',
    column: 'brand',
    reason: 'not a number',
  })
})
