import type { Look } from './chart.ts'

/** The colours of a theme. Those of series are told apart by whoever sees fewer colours too, and stand out from the page. */
export interface Palette {
  readonly ink: string
  readonly quiet: string
  readonly line: string
  readonly surface: string
  readonly series: readonly string[]
  /** What is left over. */
  readonly rest: string
}

const light: Palette = {
  ink: '#17191c',
  quiet: '#555b63',
  line: '#e7e6e2',
  surface: '#ffffff',
  series: [
    '#0b6b7a',
    '#c96a12',
    '#5a55b8',
    '#b8386f',
    '#4f7a1f',
    '#2f7fc1',
    '#87602a',
    '#8f4a9a',
    '#c4453a',
    '#3a7d63',
    '#6f6a1f',
    '#5e7183',
  ],
  rest: '#9aa0a6',
}

const dark: Palette = {
  ink: '#e9ecee',
  quiet: '#a4adb5',
  line: '#252b30',
  surface: '#15191c',
  series: [
    '#5cc3d1',
    '#f0a04b',
    '#a5a1f2',
    '#ee84b1',
    '#9fcf63',
    '#79b8ee',
    '#d0ab6b',
    '#d597e0',
    '#ff9a8c',
    '#7fdcb6',
    '#d6d06a',
    '#a9b8c6',
  ],
  rest: '#7b858d',
}

export function paletteOf({ theme }: Pick<Look, 'theme'>): Palette {
  return theme === 'dark' ? dark : light
}

/** The colour of the series of a number; after the last colour the first comes again. */
export function colourOf({ series }: Palette, at: number): string {
  return series[at % series.length] as string
}

/** The colours of names, in whatever order they are drawn: each has its own on every chart of the same names. */
export function coloursOf(palette: Palette, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.toSorted().map((name, at) => [name, colourOf(palette, at)]))
}

/** The ink that is read best on a colour: white, or nearly black. */
export function inkOn(colour: string): string {
  // relative luminance of WCAG 2
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return 1.05 / (luminance + 0.05) >= 4.5 ? '#ffffff' : '#101315'
}

export const fontFamily = '"Geist Variable", system-ui, -apple-system, "Segoe UI", sans-serif'
