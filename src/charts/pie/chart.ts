import { z } from 'zod'
import { tooltip } from '../cartesian.ts'
import { type Chart, type EChart, labelOf, misfit, numberOf, reader } from '../chart.ts'
import { format, formatter } from '../format.ts'
import { coloursOf, fontFamily, paletteOf } from '../palette.ts'

const pieOptions = z.strictObject({
  label: z.string().min(1).describe('the column that names the slices'),
  value: z.string().min(1).describe('the column of their sizes, a number'),
  format: format.optional(),
})

type Options = z.infer<typeof pieOptions>

/** More slices than this are told apart by nobody: the smallest are one. */
const most = 7

/** Shares of a whole. */
export const pie: Chart<Options, EChart> = {
  name: 'pie',
  options: pieOptions,
  fits: (columns, { label, value }) =>
    misfit(columns, [
      { channel: 'label', column: label },
      { channel: 'value', column: value, numeric: true },
    ]),
  arrange: ({ value }) => ({ by: [{ column: value, order: 'descending' }], rows: 1000 }),
  marks: ({ label }) => [label],
  draw(data, { label, value, format: text }, look) {
    const palette = paletteOf(look)
    const write = formatter(text, 'full', look.locale)
    const share = (percent: number) => `${percent < 10 ? percent.toFixed(1) : Math.round(percent)}%`
    const [name, size] = [reader(data, label), reader(data, value)]
    const all = data.rows.map((row) => ({ name: labelOf(name(row)), value: numberOf(size(row)) ?? 0 }))
    const slices = all.filter((slice) => slice.value > 0)
    const kept = slices.length > most ? slices.slice(0, most - 1) : slices
    const rest = slices.slice(kept.length).reduce((sum, slice) => sum + slice.value, 0)
    const colours = coloursOf(
      palette,
      all.map((slice) => slice.name),
    )
    const shown = [
      ...kept.map((slice) => ({ ...slice, itemStyle: { color: colours.get(slice.name) } })),
      ...(rest > 0
        ? [{ name: `${slices.length - kept.length} others`, value: rest, itemStyle: { color: palette.rest } }]
        : []),
    ]
    return {
      animation: false,
      aria: { enabled: true },
      textStyle: { fontFamily, color: palette.ink },
      tooltip: { ...tooltip(look), valueFormatter: (given: unknown) => write(numberOf(given)) },
      legend: { show: false },
      series: [
        {
          id: 'slices',
          type: 'pie',
          radius: ['34%', '54%'],
          data: shown,
          itemStyle: { borderColor: palette.surface, borderWidth: 2, borderRadius: 3 },
          label: {
            color: palette.quiet,
            fontFamily,
            fontSize: 12,
            lineHeight: 16,
            minMargin: 4,
            formatter: ({ name: own, percent }: { name: string; percent: number }) => `${own}\n${share(percent)}`,
          },
          labelLine: { lineStyle: { color: palette.line }, length: 8, length2: 8 },
          labelLayout: { hideOverlap: true },
        },
      ],
    }
  },
}
