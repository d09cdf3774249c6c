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
  // slices that are equal keep their places
  arrange: ({ label, value }) => ({
    by: [
      { column: value, order: 'descending' },
      { column: label, order: 'ascending' },
    ],
    rows: 1000,
  }),
  marks: ({ label }) => [label],
  draw(data, { label, value, format: text }, look) {
    const palette = paletteOf(look)
    const write = formatter(text, 'full', look.locale)
    const short = formatter(text, 'short', look.locale)
    const share = (part: number) => `${part < 0.1 ? (part * 100).toFixed(1) : Math.round(part * 100)}%`
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
    // below it its slices are named, in rows of so many letters where a tile is no wider than most
    const letters = shown.reduce((sum, slice) => sum + slice.name.length + 6, 0)
    const below = 6 + 10 * Math.min(4, Math.max(2, Math.ceil(letters / 36)))
    const total = slices.reduce((sum, slice) => sum + slice.value, 0)
    const shares = new Map(shown.map((slice) => [slice.name, share(slice.value / total)]))
    return {
      animation: false,
      aria: { enabled: true },
      textStyle: { fontFamily, color: palette.ink },
      tooltip: { ...tooltip(look), valueFormatter: (given: unknown) => write(numberOf(given)) },
      // beside a slice of a narrow tile there is no room for a name
      legend: {
        top: `${103 - below}%`,
        left: 'center',
        icon: 'roundRect',
        itemWidth: 10,
        itemHeight: 10,
        itemGap: 12,
        selectedMode: false,
        data: shown.map((slice) => slice.name),
        textStyle: { color: palette.quiet, fontFamily, fontSize: 12 },
        formatter: (own: string) => `${own}  ${shares.get(own)}`,
      },
      series: [
        {
          id: 'slices',
          type: 'pie',
          top: 4,
          bottom: `${below}%`,
          radius: ['58%', '96%'],
          data: shown,
          itemStyle: { borderColor: palette.surface, borderWidth: 2, borderRadius: 3 },
          // the whole, in the middle
          label: {
            show: true,
            position: 'center',
            formatter: ({ dataIndex }: { dataIndex: number }) => (dataIndex === 0 ? short(total) : ''),
            color: palette.ink,
            fontFamily,
            fontSize: 17,
            fontWeight: 560,
          },
          labelLine: { show: false },
        },
      ],
    }
  },
}
