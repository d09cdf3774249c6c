import type { Choice } from './chart-choice.ts'

const sizes = { number: '3x2', pie: '4x4', line: '8x4', area: '8x4', bar: '6x4', table: '6x4' } as const

/** A question and its chart as a tile of `dashboards/NAME.yaml`: an item of the list `tiles`. */
export function tileText(sql: string, choice: Choice | undefined): string {
  const { show = 'table', options = {} } = choice ?? {}
  const named = [options['value'] ?? options['y'] ?? 'rows'].flat().join(' and ')
  const by = [options['x'] ?? options['label'] ?? []].flat().join('')
  const title = wordsOf(by === '' ? named : `${named} by ${by}`)
  const lines = [
    `id: ${idOf(title)}`,
    `title: ${quoted(title)}`,
    `chart: ${show}`,
    `size: ${sizes[show]}`,
    ...Object.entries(options).map(([key, value]) => `${key}: ${valueText(value)}`),
    'sql: |',
    ...statementOf(sql).map((line) => (line === '' ? '' : `  ${line}`)),
  ]
  return `${lines.map((line, at) => (line === '' ? '' : `${at === 0 ? '- ' : '  '}${line}`)).join('\n')}\n`
}

/** Without the end that tiles do not take. A line that YAML would take for its indentation begins at its own. */
function statementOf(sql: string): readonly string[] {
  const lines = sql
    .replaceAll('\t', '  ')
    .replace(/[\s;]+$/, '')
    .split('\n')
    .map((line) => line.trimEnd())
  while (lines[0] === '') lines.shift()
  const [first = '', ...rest] = lines
  return [first.trimStart(), ...rest]
}

function valueText(value: string | readonly string[]): string {
  return typeof value === 'string' ? quoted(value) : `[${value.map(quoted).join(', ')}]`
}

/** A word as it is; whatever YAML may read otherwise as JSON, which is YAML too. */
function quoted(text: string): string {
  const isPlain = /^[A-Za-z_][\w ]*$/.test(text) && !/^(?:y|n|yes|no|true|false|null|on|off)$/i.test(text)
  return isPlain ? text : JSON.stringify(text)
}

function wordsOf(text: string): string {
  const words = text.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A word of small letters, digits and _. */
function idOf(title: string): string {
  const id = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '')
    .slice(0, 60)
  return id === '' ? 'tile' : id
}
