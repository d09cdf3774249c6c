import type { FilesOptions, FilesSource } from '../sources/files-source.ts'
import type { SpoolOptions, SpoolSource } from '../sources/spool-source.ts'
import type { TrackingOptions, TrackingSource } from '../sources/tracking-source.ts'
import type { ServerConfig } from './server-config.ts'
import type { ColumnConfig, ColumnOptions, ColumnsConfig, ColumnText, NamesOf, RowOf } from './typed.ts'

/** What streams and tables declare alike: columns, and the names of those that can be named in each place. */
interface RowsConfig<
  C extends ColumnsConfig,
  Any extends string = string,
  Instant extends string = string,
  Moment extends string = string,
> {
  readonly columns: C
  /** Lays the table out in folders, by time in the project's zone or by a column's value. */
  readonly partitionBy?: {
    readonly hour?: Instant
    readonly day?: Moment
    readonly month?: Moment
    readonly year?: Moment
    readonly value?: Any
  }
  /** Undeclared fields: kept in the json column `extra` (default), dropped, or a reason to refuse the row. */
  readonly unknown?: 'keep' | 'drop' | 'reject'
  /** NaN and infinities of float and double columns: NULL (default), or a reason to refuse the row. */
  readonly nan?: 'null' | 'reject'
  /** The column that says whose data a row is. */
  readonly subject?: Any
  /** Name → SQL condition; a row that breaks one is refused, NULL passes. */
  readonly rules?: Readonly<Record<string, string>>
}

type ChosenRows<C extends ColumnsConfig> = RowsConfig<
  C,
  NoInfer<keyof C & string>,
  NoInfer<NamesOf<C, 'timestamptz'>>,
  NoInfer<NamesOf<C, 'timestamptz' | 'date'>>
>

export interface StreamConfig<C extends ColumnsConfig> extends ChosenRows<C> {
  /** The column that makes two events the same. */
  readonly id?: NoInfer<keyof C & string>
  /** The column that says when an event happened. */
  readonly time?: NoInfer<NamesOf<C, 'timestamptz' | 'date'>>
  /**
   * How far from now that may be when an event is sent: what is beyond is a reject. `any` for streams that history is
   * replayed into; files are never asked. Default: `{ past: '400 days', future: '24 hours' }`.
   */
  readonly times?: EventTimes
}

type Unit = 'minute' | 'hour' | 'day' | 'week' | 'year'
type Duration = `${number} ${Unit}` | `${number} ${Unit}s` | 'any'

/** How far the time of an event may be from when it comes. */
export type EventTimes = 'any' | { readonly past?: Duration; readonly future?: Duration }

export interface TableConfig<C extends ColumnsConfig> extends ChosenRows<C> {
  /** The column, or columns, that make two rows the same. */
  readonly key?: NoInfer<keyof C & string> | readonly NoInfer<keyof C & string>[]
  /** The files that its rows come from. */
  readonly from?: FilesSource
}

/** A declared stream; `Row` is the event that it takes. */
export interface Stream<Row = unknown> extends RowsConfig<ColumnsConfig> {
  readonly kind: 'stream'
  readonly id?: string
  readonly time?: string
  readonly times?: EventTimes
  /** Never there at run time; `EventOf` reads the type from here. */
  readonly '~row'?: Row
}

/** A declared table; `Row` is what it holds. */
export interface Table<Row = unknown> extends RowsConfig<ColumnsConfig> {
  readonly kind: 'table'
  readonly key?: string | readonly string[]
  readonly from?: FilesSource
  readonly '~row'?: Row
}

/** A Delta table that others write. */
export interface External {
  readonly kind: 'external'
  readonly path: string
}

type Streams = Readonly<Record<string, Stream>>
type Tables = Readonly<Record<string, Table | External>>
/** A function has a `name`, which is all that a project must have. */
type NoFunction = { readonly call?: never }
type None = Readonly<Record<never, never>>
type Own<T extends Tables> = { [Name in keyof T & string]: T[Name] extends Table ? Name : never }[keyof T & string]

/** What a project file declares. */
export interface ProjectConfig<S extends Streams = Streams, T extends Tables = Tables, All extends string = string> {
  /** Lower-case letters, digits, `_` and `-`. */
  readonly name: string
  /** IANA zone of days, periods and zone-less times. Default: UTC. Storage is always UTC. */
  readonly timezone?: string
  /** Where the tables lie: a folder, or `memory:` for tests. Default: `./lake`. */
  readonly lake?: string
  readonly streams?: S
  readonly tables?: T
  readonly sources?: Readonly<
    Record<
      string,
      | FilesSource<NoInfer<(keyof S & string) | Own<T> | All>>
      | SpoolSource<NoInfer<(keyof S & string) | All>>
      | TrackingSource<NoInfer<keyof S & string>, All>
    >
  >
  /** Tables, streams and models of which single rows are read by a key, held in memory. */
  readonly lookup?: Readonly<Record<string, { readonly key: string }>>
  /** Who may ask the server, how often, and how much at once. */
  readonly server?: ServerConfig<NoInfer<(keyof S & string) | All>>
}

/** What the function form of a project is given. */
export interface ProjectInput {
  /** A variable of the environment or of the project's `.env`. ENV_MISSING where it is not set and has no default. */
  readonly env: (name: string, fallback?: string) => string
  /** `--profile`, `MILLRACE_PROFILE`, or `local`. */
  readonly profile: string
}

/** The value that a `millrace.config.ts` exports. */
export interface Project<S extends Streams = Streams, T extends Tables = Tables> {
  readonly kind: 'project'
  readonly config: (input: ProjectInput) => ProjectConfig<S, T>
}

/**
 * The event that a stream takes, or the row of a table.
 *
 * ```ts
 * import { defineProject, type EventOf, stream } from 'millrace'
 *
 * const project = defineProject({
 *   name: 'shop',
 *   streams: { orders: stream({ columns: { id: 'uuid not null', price: 'decimal(12,2)' }, id: 'id' }) },
 * })
 *
 * type Order = EventOf<typeof project, 'orders'>
 * const order: Order = { id: '0193a2b4-7c1d-7000-8000-000000000000', price: '9.90' }
 * console.log(order.id)
 * ```
 */
export type EventOf<P extends Project, Name extends NamesIn<P>> =
  P extends Project<infer S, infer T>
    ? Name extends keyof S
      ? RowIn<S[Name]>
      : Name extends keyof T
        ? RowIn<T[Name]>
        : never
    : never

type NamesIn<P extends Project> = P extends Project<infer S, infer T> ? (keyof S & string) | Own<T> : never
type RowIn<D> = D extends { readonly '~row'?: infer Row } ? Exclude<Row, undefined> : never

/**
 * The one value that a `millrace.config.ts` exports; a function where it depends on the profile or the environment.
 *
 * ```ts
 * import { defineProject, files, stream } from 'millrace'
 *
 * export default defineProject(({ profile }) => ({
 *   name: 'shop',
 *   timezone: 'America/Hermosillo',
 *   lake: profile === 'local' ? './lake' : '/mnt/lake',
 *   streams: { events: stream({ columns: { at: 'timestamptz not null', price: 'decimal(12,2)' }, time: 'at' }) },
 *   sources: { history: files('data/*.csv.gz', { into: 'events' }) },
 * }))
 * ```
 */
export function defineProject<
  const S extends Streams = None,
  const T extends Tables = None,
  const All extends string = never,
>(
  config: (ProjectConfig<S, T, All> & NoFunction) | ((input: ProjectInput) => ProjectConfig<S, T, All>),
): Project<S, T> {
  return Object.freeze({ kind: 'project', config: typeof config === 'function' ? config : () => config })
}

/**
 * Declares a stream: a durable log of events and the table that holds them.
 *
 * ```ts
 * import { column, stream } from 'millrace'
 *
 * export const events = stream({
 *   columns: { id: 'uuid', at: column('timestamptz not null', { format: 'epoch_ms' }), price: 'decimal(12,2)' },
 *   id: 'id',
 *   time: 'at',
 *   partitionBy: { day: 'at' },
 *   rules: { price_not_negative: 'price >= 0' },
 * })
 * ```
 */
export function stream<const C extends ColumnsConfig>(config: StreamConfig<C>): Stream<RowOf<C>> {
  return Object.freeze({ kind: 'stream', ...config })
}

/**
 * Declares a table that files feed.
 *
 * ```ts
 * import { files, table } from 'millrace'
 *
 * export const customers = table({
 *   key: 'customer_id',
 *   columns: { customer_id: 'bigint not null', name: 'varchar' },
 *   from: files('customers.csv', { header: false }),
 * })
 * ```
 */
export function table<const C extends ColumnsConfig>(config: TableConfig<C>): Table<RowOf<C>> {
  return Object.freeze({ kind: 'table', ...config })
}

/**
 * A Delta table that lies elsewhere and belongs to others: it is read, never written or deleted.
 *
 * ```ts
 * import { external } from 'millrace'
 *
 * export const prices = external('/data/prices')
 * ```
 */
export function external(path: string): External {
  return Object.freeze({ kind: 'external', path })
}

/**
 * Declares files that rows come from; a glob, or several, relative to the project.
 *
 * ```ts
 * import { files } from 'millrace'
 *
 * export const history = files('data/*.csv', { into: 'events', delimiter: ';', decimal: ',', onChange: 'append' })
 * ```
 */
export function files<const Into extends string = never>(
  glob: string | readonly string[],
  options: FilesOptions<Into> = {},
): FilesSource<Into> {
  return Object.freeze({ kind: 'files', glob, ...options })
}

/**
 * Declares a folder whose files feed a stream while the server runs: each row of a file is an event once the file is
 * complete, which it is when it was renamed in, or has not changed for half a second and ends in a line end. Names that
 * begin with a dot or end in `.tmp` are passed over.
 *
 * ```ts
 * import { spool } from 'millrace'
 *
 * export const orders = spool('spool/orders/*', { into: 'orders', header: false, delimiter: '|', done: 'move' })
 * ```
 */
export function spool<const Into extends string>(
  glob: string | readonly string[],
  options: SpoolOptions<Into>,
): SpoolSource<Into> {
  return Object.freeze({ kind: 'spool', glob, ...options })
}

/**
 * Declares a source of Segment's events: its libraries send to this server as they do to Segment.
 *
 * ```ts
 * import { defineProject, stream, tracking } from 'millrace'
 *
 * export default defineProject(({ env }) => ({
 *   name: 'shop',
 *   streams: { orders: stream({ columns: { id: 'uuid', at: 'timestamptz', total: 'decimal(12,2)' }, id: 'id', time: 'at' }) },
 *   sources: {
 *     web: tracking({
 *       into: 'tracks',
 *       routes: { 'Order Completed': 'orders' },
 *       key: env('WEB_WRITE_KEY', 'dev'),
 *       origins: ['https://shop.example'],
 *     }),
 *   },
 * }))
 * ```
 */
export function tracking<const All extends string, const Routes extends Readonly<Record<string, string>> = None>(
  options: Omit<TrackingOptions<string, All>, 'routes'> & { readonly routes?: Routes },
): TrackingSource<Routes[keyof Routes & string], All> {
  const declared: TrackingSource<string, All> = { kind: 'tracking', ...options }
  return Object.freeze(declared) as TrackingSource<Routes[keyof Routes & string], All>
}

/**
 * A column with more to say than its type.
 *
 * ```ts
 * import { column } from 'millrace'
 *
 * export const email = column('varchar not null', { from: 'E-Mail', pii: true, nulls: ['', 'unknown'] })
 * ```
 */
export function column<const Text extends ColumnText>(type: Text, options: ColumnOptions = {}): ColumnConfig<Text> {
  return Object.freeze({ type, ...options })
}
