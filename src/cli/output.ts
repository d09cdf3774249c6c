import { once } from 'node:events'
import { styleText } from 'node:util'
import { MillraceError } from '../core/errors.ts'
import { stringifyExact } from '../core/json.ts'
import type { Value } from '../core/values.ts'
import { headLines, layOut, rowLine, type TableColumn } from './output/table.ts'
import { countText, jsonValue, type Unit, valueText, visibleLines } from './output/values.ts'
import { pad, width } from './output/width.ts'

/** A stream that may be a terminal. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** `people`: tables and sentences. `data`: NDJSON, and errors as JSON. */
export type Style = 'people' | 'data'

export interface OutputOptions {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** What was asked for; without it each stream that is a terminal is for people, any other for programs. */
  readonly style?: Style
}

type Tone = (row: readonly Value[]) => 'good' | 'bad' | undefined

type Rows = Iterable<readonly Value[]> | AsyncIterable<readonly Value[]>

/** Rows that decide the widths of a table; those after them are cut to fit. */
const sampleRows = 1000

/** Everything that the command line prints goes through here, so that it looks the same everywhere. */
export class Output {
  readonly style: Style
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly #errorStyle: Style
  #closed = false

  constructor({ stdout, stderr, style }: OutputOptions) {
    this.style = style ?? (stdout.isTTY ? 'people' : 'data')
    this.#errorStyle = style ?? (stderr.isTTY ? 'people' : 'data')
    this.stdout = stdout
    this.stderr = stderr
    // a reader that has gone (`| head`) is no failure: what is left is not printed
    for (const stream of [stdout, stderr])
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
        this.#closed = true
      })
  }

  /** True when nobody reads any more. */
  get closed(): boolean {
    return this.#closed
  }

  /**
   * Rows: a table for people, an object a line otherwise. Resolves to the number of rows printed. `tone` colours a row
   * as good or bad; what it says must stand in the row too, as not every terminal has colours.
   */
  async table(columns: readonly TableColumn[], rows: Rows, tone: Tone = () => undefined): Promise<number> {
    return this.style === 'data' ? this.#lines(columns, rows) : this.#table(columns, rows, tone)
  }

  /** `✓ text` or `✗ text`, and a detail beside it; for people only. */
  async verdict(good: boolean, text: string, detail: string): Promise<void> {
    if (this.style !== 'people') return
    const mark = this.#toned(good ? 'good' : 'bad', good ? '✓' : '✗')
    await this.#write(`${mark} ${visibleLines(text)}  ${this.#dim(visibleLines(detail))}\n`)
  }

  /** One thing with named values: a line each for people, one JSON object otherwise. */
  async record(fields: Readonly<Record<string, Value | undefined>>, units: Readonly<Record<string, Unit>> = {}) {
    const shown = Object.entries(fields).filter(([, value]) => value !== undefined)
    if (this.style === 'data') return this.data(Object.fromEntries(shown))
    const cells = shown.reduce((most, [name]) => Math.max(most, width(name)), 0)
    for (const [name, value] of shown)
      await this.#write(
        `${this.#dim(pad(name.replaceAll('_', ' '), cells, false))}  ${valueText(value, units[name])}\n`,
      )
  }

  /** A line of JSON, for programs only. */
  async data(value: Readonly<Record<string, Value | undefined>>): Promise<void> {
    if (this.style === 'data') await this.#write(`${stringifyExact(jsonValue(value as Value))}\n`)
  }

  /** A sentence or a block of text, for people only. */
  async say(text = ''): Promise<void> {
    if (this.style === 'people') await this.#write(`${visibleLines(text)}\n`)
  }

  /** A headline, for people only. */
  async title(text: string): Promise<void> {
    if (this.style === 'people') await this.#write(`${this.#bold(visibleLines(text))}\n`)
  }

  /** Bytes of a result in a format that was asked for. */
  async bytes(chunk: string | Uint8Array): Promise<void> {
    await this.#write(chunk)
  }

  /** What people should know beside the result; it goes to stderr, so that it never mixes with data. */
  warn(text: string): void {
    if (this.#errorStyle === 'people') this.stderr.write(`${this.#paint('yellow', 'note')}: ${visibleLines(text)}\n`)
    else this.stderr.write(`${JSON.stringify({ note: text })}\n`)
  }

  /** Prints a failure and gives its exit status. */
  error(error: unknown): number {
    const known =
      error instanceof MillraceError ? error : new MillraceError('INTERNAL', { reason: reasonOf(error) }, error)
    const { code, message, hint, exitCode } = known
    if (this.#errorStyle === 'data') this.stderr.write(`${JSON.stringify({ code, message, hint })}\n`)
    else {
      const advice = hint ? `${this.#paint('cyan', 'hint')}:  ${visibleLines(hint)}\n` : ''
      this.stderr.write(
        `${this.#paint('red', 'error')}: ${visibleLines(message)}\n${advice}${this.#dimError(`code:  ${code}`)}\n`,
      )
    }
    const { MILLRACE_DEBUG } = process.env
    if (MILLRACE_DEBUG && error instanceof Error) this.stderr.write(`${error.stack}\n`)
    return exitCode
  }

  async #lines(columns: readonly TableColumn[], rows: Rows): Promise<number> {
    const names = columns.map(({ name }) => JSON.stringify(name))
    let count = 0
    let text = ''
    for await (const row of rows) {
      const fields = names.map((name, index) => `${name}:${stringifyExact(jsonValue(row[index]))}`)
      text += `{${fields.join(',')}}\n`
      count++
      if (text.length > 65_536) {
        await this.#write(text)
        text = ''
        if (this.#closed) break
      }
    }
    await this.#write(text)
    return count
  }

  async #table(columns: readonly TableColumn[], rows: Rows, tone: Tone): Promise<number> {
    const sample: (readonly Value[])[] = []
    let print: ((row: readonly Value[]) => string) | undefined
    let hidden: readonly string[] = []
    const begin = async () => {
      const layout = layOut(columns, sample, this.stdout.columns || 120)
      hidden = layout.hidden.map((name) => valueText(name))
      const [titles, rule] = headLines(columns, layout)
      print = (row) => `${this.#toned(tone(row), rowLine(columns, layout, row))}\n`
      await this.#write(`${this.#bold(titles)}\n${this.#dim(rule)}\n${sample.map(print).join('')}`)
    }
    let count = 0
    for await (const row of rows) {
      count++
      if (print) await this.#write(print(row))
      else {
        sample.push(row)
        if (sample.length === sampleRows) await begin()
      }
      if (this.#closed) break
    }
    if (!print) await begin()
    if (hidden.length > 0)
      await this.#write(
        `${this.#dim(`… ${countText(hidden.length, 'more column')}: ${hidden.join(', ')} (--json shows all)`)}\n`,
      )
    return count
  }

  async #write(chunk: string | Uint8Array): Promise<void> {
    if (this.#closed || chunk.length === 0) return
    if (!this.stdout.write(chunk)) await once(this.stdout, 'drain').catch(() => undefined)
  }

  #toned(tone: ReturnType<Tone>, text: string): string {
    return tone === undefined ? text : styleText(tone === 'good' ? 'green' : 'red', text, { stream: this.stdout })
  }

  #paint(format: 'red' | 'yellow' | 'cyan', text: string): string {
    return styleText(format, text, { stream: this.stderr })
  }

  #dimError(text: string): string {
    return styleText('dim', text, { stream: this.stderr })
  }

  #bold(text: string): string {
    return styleText('bold', text, { stream: this.stdout })
  }

  #dim(text: string): string {
    return styleText('dim', text, { stream: this.stdout })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
