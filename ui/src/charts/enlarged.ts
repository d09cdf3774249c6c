import type { EChart } from '../../../src/charts/chart.ts'

/** Lengths of an option, in pixels of a desk. Percentages and what is relative is elsewhere. */
const lengths = new Set([
  'fontSize',
  'lineHeight',
  'itemWidth',
  'itemHeight',
  'barMaxWidth',
  'symbolSize',
  'length',
  'length2',
  'top',
  'right',
])
/** Where `width` and `height` are lengths too. */
const boxes = new Set(['axisLabel', 'upperLabel', 'lineStyle'])

/** The option for a screen whose type is so many times that of a desk: what is drawn grows with what is written. */
export function enlarged(option: EChart, factor: number): EChart {
  return factor === 1 ? option : (grown(option, factor, '') as EChart)
}

function grown(value: unknown, factor: number, inside: string): unknown {
  if (Array.isArray(value)) {
    // rows of data hold no lengths
    return inside === 'data' ? value : value.map((each) => grown(each, factor, inside))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, own]) => {
      const isLength = lengths.has(key) || (boxes.has(inside) && (key === 'width' || key === 'height'))
      return [key, isLength && typeof own === 'number' ? own * factor : grown(own, factor, key)]
    }),
  )
}
