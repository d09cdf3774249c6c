import { z } from 'zod'
import { tooltip } from '../cartesian.ts'
import { type Chart, type EChart, labelOf, misfit, numberOf, reader, type TileData } from '../chart.ts'
import { format, formatter } from '../format.ts'
import { coloursOf, fontFamily, inkOn, paletteOf } from '../palette.ts'

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

/** Shares of the whole: a part less than this has no room for its value, less than that none for its name. */
const [small, dust] = [0.2, 0.025]

/** Parts of parts: a rectangle for each, as large as its value. */
export const treemap: Chart<Options, EChart> = {
  name: 'treemap',
  options: treemapOptions,
  fits: (columns, { levels, value }) =>
    misfit(columns, [
      ...levels.map((column) => ({ channel: 'levels', column })),
      { channel: 'value', column: value, numeric: true },
    ]),
  // rectangles that are equal keep their places
  arrange: ({ levels, value }) => ({
    by: [{ column: value, order: 'descending' }, ...levels.map((column) => ({ column, order: 'ascending' as const }))],
    rows: 2000,
  }),
  marks: ({ levels }) => levels,
  draw(data, options, look) {
    const palette = paletteOf(look)
    const write = formatter(options.format, 'full', look.locale)
    const short = formatter(options.format, 'short', look.locale)
    const isDeep = options.levels.length > 1
    const named = { fontFamily, fontSize: 12, overflow: 'truncate' as const }
    const branches = branchesOf(data, options)
    const total = totalOf(branches)
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
          data: withoutDust(branches).map((branch) => {
            const colour = colours.get(branch.name) ?? palette.rest
            return { ...inked(branch, inkOn(colour)), id: branch.name, itemStyle: { color: colour } }
          }),
          left: 0,
          right: 0,
          top: 0,
          bottom: 0,
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          // a name that has no room is not written; that of a whole part has a line of its own
          labelLayout: ({ rect, text }: { rect: { width: number; height: number }; text: string }) =>
            rect.width < 54 || (text.includes('\n') && rect.height < 34) ? { x: -1000, y: -1000 } : {},
          label: {
            ...named,
            formatter: ({ name, value }: { name: string; value: number }) => `${name}\n${short(value)}`,
            lineHeight: 16,
          },
          upperLabel: {
            ...named,
            color: palette.ink,
            show: isDeep,
            height: 22,
            fontWeight: 600,
            // one line, unlike that of a rectangle; of a small part its name alone
            formatter: ({ name, value }: { name: string; value: number }) =>
              value < small * total ? name : `${name}  ${short(value)}`,
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

function totalOf(branches: readonly Pick<Branch, 'value'>[]): number {
  return branches.reduce((sum, { value }) => sum + value, 0)
}

/** The parts that are too small to be read, where they are several, as one that holds them. */
function withoutDust(branches: readonly Branch[]): readonly Branch[] {
  const least = dust * totalOf(branches)
  const tiny = branches.filter(({ value }) => value < least)
  if (tiny.length < 2 || branches.every(({ children }) => children.length === 0)) return branches
  const children = tiny.map(({ name, value }) => ({ name, value, children: [] }))
  const rest = { name: `${tiny.length} others`, value: totalOf(tiny), children }
  return [...branches.filter(({ value }) => value >= least), rest]
}

/** A branch whose names are written so that they are read on its colour. */
function inked(branch: Branch, color: string): object {
  return { ...branch, label: { color }, children: branch.children.map((child) => inked(child, color)) }
}
