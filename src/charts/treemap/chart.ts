import { z } from 'zod'
import { tooltip } from '../cartesian.ts'
import { type Chart, type EChart, labelOf, misfit, numberOf, reader, type TileData } from '../chart.ts'
import { format, formatter } from '../format.ts'
import { coloursOf, fontFamily, paletteOf } from '../palette.ts'

const treemapOptions = z.strictObject({
  levels: z.array(z.string().min(1)).min(1).max(4).describe('the columns from the outer rectangles to the inner ones'),
  value: z.string().min(1).describe('the column of their sizes, a number'),
  format: format.optional(),
})

type Options = z.infer<typeof treemapOptions>

interface Branch {
  readonly name: string
  value: number
  readonly children: Branch[]
}

/** Parts of parts: a rectangle for each, as large as its value. */
export const treemap: Chart<Options, EChart> = {
  name: 'treemap',
  options: treemapOptions,
  fits: (columns, { levels, value }) =>
    misfit(columns, [
      ...levels.map((column) => ({ channel: 'levels', column })),
      { channel: 'value', column: value, numeric: true },
    ]),
  arrange: ({ value }) => ({ by: [{ column: value, order: 'descending' }], rows: 2000 }),
  marks: ({ levels }) => levels,
  draw(data, options, look) {
    const palette = paletteOf(look)
    const write = formatter(options.format, 'full', look.locale)
    const short = formatter(options.format, 'short', look.locale)
    const isDeep = options.levels.length > 1
    const named = { color: '#ffffff', fontFamily, fontSize: 12, overflow: 'truncate' as const }
    const ink = look.theme === 'dark' ? '#101315' : '#ffffff'
    const branches = branchesOf(data, options)
    const colours = coloursOf(
      palette,
      branches.map((branch) => branch.name),
    )
    return {
      animation: false,
      aria: { enabled: true },
      textStyle: { fontFamily, color: palette.ink },
      tooltip: { ...tooltip(look), valueFormatter: (given: unknown) => write(numberOf(given)) },
      series: [
        {
          id: 'parts',
          type: 'treemap',
          data: branches.map((branch) => ({
            ...branch,
            id: branch.name,
            itemStyle: { color: colours.get(branch.name) },
          })),
          left: 0,
          right: 0,
          top: 0,
          bottom: 0,
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          // a name that has no room is not written; that of a whole part has a line of its own
          labelLayout: ({ rect, text }: { rect: { width: number; height: number }; text: string }) =>
            rect.width < 46 || (text.includes('\n') && rect.height < 34) ? { x: -1000, y: -1000 } : {},
          label: {
            ...named,
            color: ink,
            formatter: ({ name, value }: { name: string; value: number }) => `${name}\n${short(value)}`,
            lineHeight: 16,
          },
          upperLabel: {
            ...named,
            color: palette.ink,
            show: isDeep,
            height: 22,
            fontWeight: 600,
            // one line, unlike that of a rectangle
            formatter: ({ name, value }: { name: string; value: number }) => `${name}  ${short(value)}`,
          },
          itemStyle: { borderColor: palette.surface, borderWidth: 1, gapWidth: 1 },
          levels: [
            { itemStyle: { borderWidth: 0, gapWidth: 3 }, upperLabel: { show: false } },
            { itemStyle: { borderWidth: 0, gapWidth: 1, borderRadius: 4 } },
            { itemStyle: { gapWidth: 1 } },
          ],
        },
      ],
    }
  },
}

/** The rows as a tree; a branch is as large as what it holds, and the largest stands first. */
function branchesOf(data: TileData, { levels, value }: Options): readonly Branch[] {
  const steps = levels.map((column) => reader(data, column))
  const size = reader(data, value)
  const root: Branch = { name: '', value: 0, children: [] }
  for (const row of data.rows) {
    const own = numberOf(size(row)) ?? 0
    if (own <= 0) continue
    let branch = root
    for (const step of steps) {
      const name = labelOf(step(row))
      let next = branch.children.find((child) => child.name === name)
      if (!next) {
        next = { name, value: 0, children: [] }
        branch.children.push(next)
      }
      next.value += own
      branch = next
    }
  }
  const sorted = (branches: Branch[]): readonly Branch[] =>
    branches.sort((a, b) => b.value - a.value).map((branch) => ({ ...branch, children: [...sorted(branch.children)] }))
  return sorted(root.children)
}
